using Loragate.Artifacts;
using Loragate.Artifacts.Records.Combining;
using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining.Methods;

/// <summary>
/// TIES, DARE or magnitude pruning on the updates themselves, in double, and the approximation of rank R of the outcome, which no longer
/// has a low rank of its own.
/// </summary>
internal sealed class Blended(string name, int rank, ulong seed, Blend blend) : CombineMethod
{
    public override CombinationMethod Description => BlendDescription.Of(name, rank, seed, blend);

    internal override CombinedFactors Combine(ModuleInput module, IReadOnlyList<CombineInput> inputs, OrderedProducts products, CancellationToken cancellationToken)
    {
        var target = new BlendedUpdate<DoubleArithmetic>(module, blend, products, cancellationToken);
        var best = LowRank.OfRows(target, rank, target.SquaredNorm(cancellationToken), Philox.Stream("range", seed, module.Path, 0), cancellationToken);
        return new CombinedFactors(best.BalancedLeft, best.BalancedRight, target) { Kept = best.Values, Dropped = best.Dropped };
    }
}
