using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Kernels;

/// <summary>The row operations for a pair of types, chosen once a tensor.</summary>
internal sealed class TensorKernel
{
    /// <summary>See <see cref="RowMerger{TIn, TOut}.Merge"/>.</summary>
    public delegate bool MergeRow(ReadOnlySpan<byte> weights, Span<byte> merged, in RowTerms terms, BitWriter? undo, ref FidelitySums sums);

    /// <summary>See <see cref="RowRecomputer{TIn, TOut}.Recompute"/>.</summary>
    public delegate bool RecomputeRow(ReadOnlySpan<byte> weights, Span<byte> merged, in RowTerms terms);

    /// <summary>See <see cref="RowReplacer{TIn, TOut}.Replace"/>.</summary>
    public delegate bool ReplaceRow(ReadOnlySpan<byte> weights, ReadOnlySpan<double> values, Span<byte> merged, ref FidelitySums sums);

    /// <summary>See <see cref="RowUnmerger{TIn, TOut}.Unmerge"/>.</summary>
    public delegate bool UnmergeRow(ReadOnlySpan<byte> merged, Span<byte> weights, in RowTerms terms, BitReader undo);

    /// <summary>See <see cref="RowMerger{TIn, TOut}.WriteIndex(ReadOnlySpan{byte}, ReadOnlySpan{byte}, in RowTerms, int, BitWriter)"/>.</summary>
    public delegate void WriteIndexOfElement(ReadOnlySpan<byte> weights, ReadOnlySpan<byte> merged, in RowTerms terms, int column, BitWriter undo);

    /// <summary>See <see cref="RowUnmerger{TIn, TOut}.UnmergeOne"/>.</summary>
    public delegate bool UnmergeElement(ReadOnlySpan<byte> merged, Span<byte> weights, in RowTerms terms, int column, BitReader undo);

    /// <summary>See <see cref="RowMerger{TIn, TOut}.Norm"/>.</summary>
    public delegate double NormOfRow(ReadOnlySpan<byte> weights, in RowTerms terms);

    /// <summary>See <see cref="RowMerger{TIn, TOut}.AddSquares"/>.</summary>
    public delegate void AddSquaresOfRow(ReadOnlySpan<byte> weights, in RowTerms terms, Span<double> sums);

    /// <summary>Merges a row.</summary>
    public required MergeRow Merge { get; init; }

    /// <summary>Computes a merged row and nothing else.</summary>
    public required RecomputeRow Recompute { get; init; }

    /// <summary>Replaces a row.</summary>
    public required ReplaceRow Replace { get; init; }

    /// <summary>Unmerges a row.</summary>
    public required UnmergeRow Unmerge { get; init; }

    /// <summary>Writes the index of one element.</summary>
    public required WriteIndexOfElement WriteIndex { get; init; }

    /// <summary>Unmerges one element.</summary>
    public required UnmergeElement UnmergeOne { get; init; }

    /// <summary>The norm of W + Δ over a row.</summary>
    public required NormOfRow Norm { get; init; }

    /// <summary>The squares of W + Δ, added to the columns' sums.</summary>
    public required AddSquaresOfRow AddSquares { get; init; }

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
            Recompute = RowRecomputer<TIn, TOut>.Recompute,
            Replace = RowReplacer<TIn, TOut>.Replace,
            Unmerge = RowUnmerger<TIn, TOut>.Unmerge,
            WriteIndex = RowMerger<TIn, TOut>.WriteIndex,
            UnmergeOne = RowUnmerger<TIn, TOut>.UnmergeOne,
            Norm = RowMerger<TIn, TOut>.Norm,
            AddSquares = RowMerger<TIn, TOut>.AddSquares,
        };
}
