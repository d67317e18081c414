using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining.Methods;

/// <summary>
/// PEFT's methods on the updates (lora/model.py, _svd_generalized_task_arithmetic_weighted_adapter): sᵢBᵢAᵢ in float32, blended with the
/// weights wᵢ, truncated to rank R as B = U·σ and A = Vᵀ; R is the largest rank of the configs unless one is asked for.
/// </summary>
internal sealed class PeftSvd(string name, int? rank, ulong seed, Blend blend) : CombineMethod
{
    public override CombinationMethod Description => BlendDescription.Of(name, rank, seed, blend);

    internal override CombineMethod For(int adapters) => PeftRules.For(this, adapters);

    internal override IEnumerable<Finding> Demands(IReadOnlyList<CombineInput> inputs) =>
        inputs.SelectMany(i => i.Modules.Where(m => Math.Min(m.Value.Rows, m.Value.Columns) < RankOf(inputs)).Select(m => m.Key)).Distinct(StringComparer.Ordinal)
            .Select(module => new Finding("unequal-ranks", Severity.Block, module, $"the module is smaller than rank {RankOf(inputs)}", "Ask for a smaller rank."));

    internal override IEnumerable<Finding> Warnings(IReadOnlyList<CombineInput> inputs) => PeftRules.ScaleWarnings(inputs);

    internal override bool UsesRslora(IReadOnlyList<CombineInput> inputs) => PeftRules.UsesRslora(inputs);

    internal override CombinedFactors Combine(ModuleInput module, IReadOnlyList<CombineInput> inputs, OrderedProducts products, CancellationToken cancellationToken)
    {
        var target = new BlendedUpdate<SingleArithmetic>(module, blend, products, cancellationToken);
        var best = LowRank.OfRows(target, RankOf(inputs), target.SquaredNorm(cancellationToken), Philox.Stream("range", seed, module.Path, 0), cancellationToken);
        return new CombinedFactors(
            Padded(best.Left.ScaledColumns(best.Values), RankOf(inputs)),
            Padded(best.Right, RankOf(inputs)).Transpose(),
            target)
        {
            Kept = best.Values,
            Dropped = best.Dropped,
        };
    }

    private int RankOf(IReadOnlyList<CombineInput> inputs) => rank ?? inputs.Max(i => i.LargestRank);

    /// <summary>PEFT's rank is the same everywhere: directions that do not exist are zeros.</summary>
    private static Matrix Padded(Matrix matrix, int columns) =>
        matrix.Columns == columns ? matrix : Matrix.SideBySide([matrix, new Matrix(matrix.Rows, columns - matrix.Columns)]);
}
