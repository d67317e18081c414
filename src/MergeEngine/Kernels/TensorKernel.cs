using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Kernels;

/// <summary>The row operations for a pair of types, chosen once a tensor.</summary>
internal sealed class TensorKernel
{
    /// <summary>See <see cref="RowMerger{TIn, TOut}.Merge"/>.</summary>
    public delegate bool MergeRow(ReadOnlySpan<byte> weights, Span<byte> merged, ReadOnlySpan<double> deltas, int stride, double factor, BitWriter? undo, ref FidelitySums sums);

    /// <summary>See <see cref="RowMerger{TIn, TOut}.Unmerge"/>.</summary>
    public delegate bool UnmergeRow(ReadOnlySpan<byte> merged, Span<byte> weights, ReadOnlySpan<double> deltas, int stride, double factor, BitReader undo);

    /// <summary>See <see cref="RowMerger{TIn, TOut}.Norm"/>.</summary>
    public delegate double NormOfRow(ReadOnlySpan<byte> weights, ReadOnlySpan<double> deltas, int stride);

    /// <summary>Merges a row.</summary>
    public required MergeRow Merge { get; init; }

    /// <summary>Unmerges a row.</summary>
    public required UnmergeRow Unmerge { get; init; }

    /// <summary>The norm of W + Δ over a row.</summary>
    public required NormOfRow Norm { get; init; }

    /// <summary>The kernel for a base type and a merged type.</summary>
    public static TensorKernel For(DType input, DType output) => (input, output) switch
    {
        (DType.F32, DType.F32) => Of<Float32Format, Float32Format>(),
        (DType.F32, DType.BF16) => Of<Float32Format, BFloat16Format>(),
        (DType.F32, DType.F16) => Of<Float32Format, Float16Format>(),
        (DType.BF16, DType.F32) => Of<BFloat16Format, Float32Format>(),
        (DType.BF16, DType.BF16) => Of<BFloat16Format, BFloat16Format>(),
        (DType.BF16, DType.F16) => Of<BFloat16Format, Float16Format>(),
        (DType.F16, DType.F32) => Of<Float16Format, Float32Format>(),
        (DType.F16, DType.BF16) => Of<Float16Format, BFloat16Format>(),
        (DType.F16, DType.F16) => Of<Float16Format, Float16Format>(),
        _ => throw new ArgumentException($"{input} to {output} is refused by the plan.", nameof(input)),
    };

    private static TensorKernel Of<TIn, TOut>()
        where TIn : struct, IWeightFormat
        where TOut : struct, IWeightFormat => new()
        {
            Merge = RowMerger<TIn, TOut>.Merge,
            Unmerge = RowMerger<TIn, TOut>.Unmerge,
            Norm = RowMerger<TIn, TOut>.Norm,
        };
}
