using Loragate.MergeEngine.Kernels;


namespace Loragate.MergeEngine.Planning;

/// <summary>The updates and factors of a planned tensor, read from its adapters.</summary>
internal static class TensorTerms
{
    /// <summary>The updates in the order in which they are added.</summary>
    /// <exception cref="NonFiniteException">A factor is NaN or infinite.</exception>
    public static UpdateSource[] Updates(PlannedTensor tensor) =>
        [.. tensor.Contributions.Select(c => c.Delta.ReadUpdate(new FactorReader(c.Adapter.Weights), c.Weight)).OfType<UpdateSource>()];

    /// <summary>What the rows or columns are multiplied by, or null.</summary>
    /// <exception cref="NonFiniteException">A factor is NaN or infinite.</exception>
    public static Scaling? ScalingOf(PlannedTensor tensor) =>
        tensor.Contributions is [var only] ? only.Delta.ReadScaling(new FactorReader(only.Adapter.Weights)) : null;
}
