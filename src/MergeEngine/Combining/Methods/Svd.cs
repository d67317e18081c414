using Loragate.Artifacts.Records.Combining;
using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining.Methods;

/// <summary>
/// The best approximation of rank R of Σ wᵢsᵢBᵢAᵢ (Eckart and Young 1936): QR of both concatenated factors and the SVD of their small core.
/// All singular values are known, kept and dropped.
/// </summary>
internal sealed class Svd(string name, int rank) : CombineMethod
{
    public override CombinationMethod Description => new(name, rank, null, null, null);

    internal override CombinedFactors Combine(ModuleInput module, IReadOnlyList<CombineInput> inputs, OrderedProducts products, CancellationToken cancellationToken)
    {
        var best = LowRank.OfProduct(module.Left, module.Right, rank);
        return new CombinedFactors(best.BalancedLeft, best.BalancedRight) { MeansSum = true, Kept = best.Values, Dropped = best.Dropped };
    }
}
