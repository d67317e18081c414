using Loragate.Artifacts;
using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining;

/// <summary>Sets elements of one tensor to zero; which ones depends on the tensor and the seed alone, never on blocks or threads.</summary>
internal abstract class Pruner
{
    /// <summary>The pruner of a tensor.</summary>
    /// <param name="blend">What to prune.</param>
    /// <param name="tensor">The tensor, walked as often as the threshold needs.</param>
    /// <param name="name">The tensor's name: with the seed and the ordinal the key of the random numbers.</param>
    /// <param name="ordinal">The adapter's position.</param>
    /// <param name="cancellationToken">Ends the walks between blocks.</param>
    public static Pruner For(Blend blend, RowSource tensor, string name, int ordinal, CancellationToken cancellationToken) => blend switch
    {
        { Pruning: Pruning.None } or { Density: >= 1 } => new KeepingPruner(),
        { Pruning: Pruning.Random } => new RandomPruner(Philox.Stream("dare", blend.Seed, name, ordinal), blend.Density),
        _ => MagnitudePruner.Of(tensor, (long)(blend.Density * ((long)tensor.Rows * tensor.Columns)), cancellationToken),
    };

    /// <summary>Prunes elements that lie together.</summary>
    /// <param name="firstIndex">The index of the first one in the tensor, row by row.</param>
    /// <param name="values">Changed in place.</param>
    public abstract void Apply<T>(long firstIndex, Span<double> values)
        where T : struct, IArithmetic;
}
