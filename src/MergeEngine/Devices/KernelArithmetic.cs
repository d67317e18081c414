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
            if (!_kernel.Merge(row, merged.Slice(i * Work.OutputRowBytes, Work.OutputRowBytes), Terms(first + i, row), undo, ref sums))
                throw NotFinite(first + i);
        }
    }

    /// <inheritdoc/>
    public override bool Recompute(int first, int count, ReadOnlySpan<byte> weights, Span<byte> merged)
    {
        var finite = true;
        for (var i = 0; i < count; i++)
        {
            var row = weights.Slice(i * Work.SourceRowBytes, Work.SourceRowBytes);
            finite &= _kernel.Recompute(row, merged.Slice(i * Work.OutputRowBytes, Work.OutputRowBytes), Terms(first + i, row));
        }
        return finite;
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

    /// <summary>Updates and factors of a row; a factor that is a norm's is taken from the weights.</summary>
    private RowTerms Terms(int row, ReadOnlySpan<byte> weights)
    {
        var unscaled = Unscaled(row);
        if (Work.Scaling is { Kind: ScalingKind.RowNorms } norms)
            Factors[row] = NormFactor.Of(Work.Name, "row", row, norms.Values[row], _kernel.Norm(weights, unscaled));
        return Scaled(unscaled, row);
    }

    private RowTerms Unscaled(int row) => new(_updates.Row(row), _updates.Stride);

    private RowTerms Scaled(RowTerms terms, int row) => Work.Scaling switch
    {
        null => terms,
        { IsByColumn: true } => terms.ScaledBy(Factors),
        _ => terms.ScaledBy(Factors[row]),
    };
}
