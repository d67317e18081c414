using Loragate.Artifacts.Records.Combining;
using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining.Methods;

/// <summary>
/// A = [w₁s₁A₁; w₂s₂A₂; …], B = [B₁ B₂ …]: B·A = Σ wᵢsᵢBᵢAᵢ, exactly but for one rounding of each element of A; none where every wᵢsᵢ is a
/// power of two. The rank is the sum of the ranks.
/// </summary>
internal sealed class Cat(string name = "cat") : CombineMethod
{
    public override CombinationMethod Description => new(name, null, null, null, null);

    internal override CombinedFactors Combine(ModuleInput module, IReadOnlyList<CombineInput> inputs, OrderedProducts products, CancellationToken cancellationToken) =>
        new(module.Left, module.Right) { MeansSum = true };
}
