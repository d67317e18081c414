using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Devices;

/// <summary>What is computed of one tensor: W' = round(f ⊙ (W + δ₁ + δ₂ + …)), wherever that is.</summary>
/// <param name="Name">The tensor, for errors.</param>
/// <param name="Source">The base's type.</param>
/// <param name="Output">The merged type.</param>
/// <param name="View">Rows and columns.</param>
/// <param name="Updates">The updates in the order in which they are added.</param>
/// <param name="Scaling">What rows or columns are multiplied by, or null.</param>
internal sealed record TensorWork(string Name, DType Source, DType Output, MatrixView View, UpdateSource[] Updates, Scaling? Scaling)
{
    /// <summary>Bytes of a row of the base.</summary>
    public int SourceRowBytes => View.Columns * (Source.Bits / 8);

    /// <summary>Bytes of a merged row.</summary>
    public int OutputRowBytes => View.Columns * (Output.Bits / 8);

    /// <summary>The work on a planned tensor, with its factors read from the adapters.</summary>
    /// <exception cref="NonFiniteException">A factor is NaN or infinite.</exception>
    public static TensorWork Of(PlannedTensor tensor) => new(
        tensor.Output.Name,
        tensor.Source.DType,
        tensor.Output.DType,
        tensor.View,
        TensorTerms.Updates(tensor),
        TensorTerms.ScalingOf(tensor));
}
