using Loragate.MergeEngine.Kernels;


namespace Loragate.MergeEngine.Devices;

/// <summary>The arithmetic by the processor's vector instructions, row by row.</summary>
internal sealed class KernelArithmetic(TensorWork work) : TensorArithmetic(work)
{
    private readonly TensorKernel _kernel = TensorKernel.For(work.Source, work.Output);
    private readonly UpdateTile _updates = new(work.Updates, work.View.Rows, work.View.Columns);

    /// <inheritdoc/>
    public override void AddSquares(int first, int count, ReadOnlySpan<byte> weights, Span<double> sums)
    {
        for (var i = 0; i < count; i++)
            _kernel.AddSquares(weights.Slice(i * Work.SourceRowBytes, Work.SourceRowBytes), Unscaled(first + i), sums);
    }

    /// <inheritdoc/>
    public override void Merge(int first, int count, ReadOnlySpan<byte> weights, Span<byte> merged, BitWriter? undo, ref FidelitySums sums)
    {
        for (var i = 0; i < count; i++)
        {
            var row = weights.Slice(i * Work.SourceRowBytes, Work.SourceRowBytes);
            var unscaled = Unscaled(first + i);
            if (Work.Scaling is { Kind: ScalingKind.RowNorms } norms)
                Factors[first + i] = NormFactor.Of(Work.Name, "row", first + i, norms.Values[first + i], _kernel.Norm(row, unscaled));
            if (!_kernel.Merge(row, merged.Slice(i * Work.OutputRowBytes, Work.OutputRowBytes), Scaled(unscaled, first + i), undo, ref sums))
                throw NotFinite(first + i);
        }
    }

    /// <inheritdoc/>
    public override int? Unmerge(int first, int count, ReadOnlySpan<byte> merged, Span<byte> weights, BitReader undo)
    {
        for (var i = 0; i < count; i++)
        {
            var terms = Scaled(Unscaled(first + i), first + i);
            if (!_kernel.Unmerge(merged.Slice(i * Work.OutputRowBytes, Work.OutputRowBytes), weights.Slice(i * Work.SourceRowBytes, Work.SourceRowBytes), terms, undo))
                return first + i;
        }
        return null;
    }

    private RowTerms Unscaled(int row) => new(_updates.Row(row), _updates.Stride);

    private RowTerms Scaled(RowTerms terms, int row) => Work.Scaling switch
    {
        null => terms,
        { IsByColumn: true } => terms.ScaledBy(Factors),
        _ => terms.ScaledBy(Factors[row]),
    };
}
