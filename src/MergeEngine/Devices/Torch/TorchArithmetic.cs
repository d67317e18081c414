using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using static TorchSharp.torch;

namespace Loragate.MergeEngine.Devices.Torch;

/// <summary>
/// The arithmetic on a device of Torch, in blocks that fit the memory that was allowed. What may need an index of the side-car is found on the device,
/// generously; how large the interval really is, the kernels say for these few.
/// </summary>
internal sealed class TorchArithmetic : TensorArithmetic
{
    /// <summary>Doubles that one element takes at the peak, updates aside.</summary>
    private const int DoublesPerElement = 10;

    private readonly Device _device;
    private readonly TensorKernel _kernel;
    private readonly RoundingGrid _source;
    private readonly RoundingGrid _output;
    private readonly int _rowsAtOnce;

    public TorchArithmetic(TensorWork work, Device device, long memory)
        : base(work)
    {
        var factors = work.Updates.Select(DeviceUpdates.FactorBytes).ToList();
        var block = factors.Count == 0 ? 0 : factors.Max(f => f.Block);
        var row = BytesPerElement(work.Updates.Length) * work.View.Columns + factors.Sum(f => f.Row);
        if (memory < block + row)
            throw new DeviceException(work.Name, $"one row and its factors need {block + row} bytes on the device, and each of the tensors at work may take {memory}", "Allow more with --device-memory.");
        _rowsAtOnce = (int)Math.Min(work.View.Rows, (memory - block) / row);
        (_device, _kernel) = (device, TensorKernel.For(work.Source, work.Output));
        (_source, _output) = (new RoundingGrid(work.Source, device), new RoundingGrid(work.Output, device));
    }

    /// <summary>Bytes that one element takes at the peak.</summary>
    public static long BytesPerElement(int updates) => (DoublesPerElement + (2L * updates)) * sizeof(double);

    /// <inheritdoc/>
    public override void AddSquares(int first, int count, ReadOnlySpan<byte> weights, Span<double> sums)
    {
        for (var done = 0; done < count; done += _rowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(_rowsAtOnce, count - done);
            var v = Sum(Load(weights, done, rows), Updates(first + done, rows));
            var squares = v.mul_(v);
            var total = Transfer.Load(sums, 1, sums.Length, _device);
            for (var row = 0; row < rows; row++)
            {
                using var addend = squares.narrow(0, row, 1);
                total.Add(addend);
            }
            Transfer.Read<double>(total).CopyTo(sums);
        }
    }

    /// <inheritdoc/>
    public override void Merge(int first, int count, ReadOnlySpan<byte> weights, Span<byte> merged, BitWriter? undo, ref FidelitySums sums)
    {
        for (var done = 0; done < count; done += _rowsAtOnce)
        {
            var rows = Math.Min(_rowsAtOnce, count - done);
            MergeBlock(
                first + done, rows, weights.Slice(done * Work.SourceRowBytes, rows * Work.SourceRowBytes), merged.Slice(done * Work.OutputRowBytes, rows * Work.OutputRowBytes), undo, ref sums);
        }
    }

    /// <inheritdoc/>
    public override bool Recompute(int first, int count, ReadOnlySpan<byte> weights, Span<byte> merged)
    {
        var finite = true;
        for (var done = 0; done < count; done += _rowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(_rowsAtOnce, count - done);
            var v = Load(weights, done, rows);
            foreach (var update in Updates(first + done, rows))
                v.Add(update);
            Scale(first + done, rows, v);
            var r = _output.Round(v);
            finite &= Transfer.Read<bool>(_output.Holds(r).all())[0];
            Transfer.Store(r, Work.Output, merged.Slice(done * Work.OutputRowBytes, rows * Work.OutputRowBytes));
        }
        return finite;
    }

    /// <inheritdoc/>
    public override int? Unmerge(int first, int count, ReadOnlySpan<byte> merged, Span<byte> weights, BitReader undo)
    {
        for (var done = 0; done < count; done += _rowsAtOnce)
        {
            var rows = Math.Min(_rowsAtOnce, count - done);
            if (UnmergeBlock(first + done, rows, merged.Slice(done * Work.OutputRowBytes, rows * Work.OutputRowBytes), weights.Slice(done * Work.SourceRowBytes, rows * Work.SourceRowBytes), undo) is { } failed)
                return failed;
        }
        return null;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _source.Dispose();
        _output.Dispose();
        base.Dispose();
    }

    private void MergeBlock(int first, int rows, ReadOnlySpan<byte> weights, Span<byte> merged, BitWriter? undo, ref FidelitySums sums)
    {
        using var scope = NewDisposeScope();
        var w = Transfer.Load(weights, Work.Source, rows, Work.View.Columns, _device);
        var updates = Updates(first, rows);
        var v = Sum(w, updates);
        var f = Scale(first, rows, v);
        var r = _output.Round(v);
        RefuseNotFinite(first, r);
        Transfer.Store(r, Work.Output, merged);
        AddFidelity(rows, w, v, r, ref sums);
        v.Dispose();
        if (undo is null)
            return;
        var picked = new PickedElements(first, Work, Factors, Shared(w, updates, f, r), updates);
        foreach (var at in picked.Places)
            _kernel.WriteIndex(weights[(at * Work.Source.Bits / 8)..], merged[(at * Work.Output.Bits / 8)..], picked.Next(), 0, undo);
    }

    private int? UnmergeBlock(int first, int rows, ReadOnlySpan<byte> merged, Span<byte> weights, BitReader undo)
    {
        using var scope = NewDisposeScope();
        var r = Transfer.Load(merged, Work.Output, rows, Work.View.Columns, _device);
        var updates = Updates(first, rows);
        var f = FactorsOf(first, rows);
        var near = f is null ? r.clone() : r.div(f);
        foreach (var update in updates)
            near.Take(update);
        var guess = _source.Round(near);
        near.Dispose();
        Transfer.Store(guess, Work.Source, weights);
        // Zeros are left to the kernels, which tell the two signs apart.
        var isPlain = _source.Holds(guess).logical_and(Image(guess, updates, f).eq(r)).logical_and(r.abs().ge(_output.Smallest));
        var picked = new PickedElements(first, Work, Factors, isPlain.logical_not().logical_or(Shared(guess, updates, f, r)), updates);
        foreach (var at in picked.Places)
        {
            if (!_kernel.UnmergeOne(merged[(at * Work.Output.Bits / 8)..], weights[(at * Work.Source.Bits / 8)..], picked.Next(), 0, undo))
                return first + at / Work.View.Columns;
        }
        return null;
    }

    private Tensor Load(ReadOnlySpan<byte> weights, int row, int rows) =>
        Transfer.Load(weights.Slice(row * Work.SourceRowBytes, rows * Work.SourceRowBytes), Work.Source, rows, Work.View.Columns, _device);

    private Tensor[] Updates(int first, int rows) => [.. Work.Updates.Select(u => DeviceUpdates.Fill(u, first, rows, _device))];

    /// <summary>w + δ₁ + …, a tensor of its own.</summary>
    private static Tensor Sum(Tensor w, Tensor[] updates)
    {
        var sum = w.clone();
        foreach (var update in updates)
            sum.Add(update);
        return sum;
    }

    /// <summary>v ← f·v, with the norms of v where f follows from them; returns f.</summary>
    private Tensor? Scale(int first, int rows, Tensor v)
    {
        SetRowNorms(first, v);
        var f = FactorsOf(first, rows);
        if (f is not null)
            v.mul_(f);
        return f;
    }

    private void SetRowNorms(int first, Tensor v)
    {
        if (Work.Scaling is not { Kind: ScalingKind.RowNorms } norms)
            return;
        foreach (var (i, square) in LaneSums.OfSquares(v.clone()).Index())
            Factors[first + i] = NormFactor.Of(Work.Name, "row", first + i, norms.Values[first + i], Math.Sqrt(square));
    }

    /// <summary>f, as a column or as a row; null where nothing is scaled.</summary>
    private Tensor? FactorsOf(int first, int rows) => Work.Scaling switch
    {
        null => null,
        { IsByColumn: true } => Transfer.Load(Factors, 1, Work.View.Columns, _device),
        _ => Transfer.Load(Factors.AsSpan(first, rows), rows, 1, _device),
    };

    /// <summary>W' of some weights, as values.</summary>
    private Tensor Image(Tensor w, Tensor[] updates, Tensor? f)
    {
        using var v = Sum(w, updates);
        if (f is not null)
            v.mul_(f);
        return _output.Round(v);
    }

    /// <summary>The weights of which a neighbour has the same W'. Zeros and the values beside them count as such, and so may others whose neighbour is infinite.</summary>
    private Tensor Shared(Tensor w, Tensor[] updates, Tensor? f, Tensor r)
    {
        var (away, inner) = _source.Steps(w);
        using (away)
        using (inner)
        {
            using var sign = w.sign();
            using var magnitude = w.abs();
            return magnitude.le(_source.Smallest).logical_or_(HasImage(w, away.mul_(sign), updates, f, r)).logical_or_(HasImage(w, inner.mul_(sign).neg_(), updates, f, r));
        }
    }

    /// <summary>Whether w + step has the same W'.</summary>
    private Tensor HasImage(Tensor w, Tensor step, Tensor[] updates, Tensor? f, Tensor r)
    {
        step.Add(w);
        using var image = Image(step, updates, f);
        return image.eq(r);
    }

    private void RefuseNotFinite(int first, Tensor r)
    {
        var finite = Transfer.Read<bool>(_output.Holds(r).all(1));
        var bad = Array.IndexOf(finite, false);
        if (bad >= 0)
            throw NotFinite(first + bad);
    }

    private void AddFidelity(int rows, Tensor w, Tensor v, Tensor r, ref FidelitySums sums)
    {
        using var scope = NewDisposeScope();
        var (update, baseNorm, lost) = (LaneSums.OfSquares(v.Minus(w)), LaneSums.OfSquares(w.clone()), LaneSums.OfSquares(r.Minus(v)));
        var zero = zeros(1, float64, _device);
        var unchanged = Count(r.eq(w).logical_and_(v.ne(w)));
        var saturated = Count(_output.IsLargest(r));
        var flushed = Count(r.eq(zero).logical_and_(v.ne(zero)));
        var steps = LargestSteps(w, r);
        for (var row = 0; row < rows; row++)
            sums.Add(Work.View.Columns, RowCounts.Of((int)unchanged[row], (int)saturated[row], (int)flushed[row], (uint)steps[row]), update[row], baseNorm[row], lost[row]);
    }

    /// <summary>How far the weights of each row moved at most, in values that the merged type can hold.</summary>
    private double[] LargestSteps(Tensor w, Tensor r)
    {
        using var scope = NewDisposeScope();
        var before = _output.Places(Work.Source == Work.Output ? w : _output.Round(w));
        var after = _output.Places(r);
        before.Take(after);
        return Transfer.Read<double>(before.abs_().amax([1]));
    }

    private static long[] Count(Tensor which) => Transfer.Read<long>(which.sum(1, false, int64));
}
