using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Streaming;

namespace Loragate.MergeEngine.Auditing;

/// <summary>
/// Walks a planned tensor row by row: the base's weights, what the canonical merge makes of them, and what the merged checkpoint holds.
/// The canonical rows are those of <see cref="TensorArithmetic"/>, as the merge's are. Memory is the factors and a few rows.
/// </summary>
internal sealed class TensorWalk : IDisposable
{
    /// <summary>Half a unit in the last place of float32.</summary>
    private const double Unit = 1.0 / (1 << 24);

    /// <summary>The share of a weight, or of the size of the base's row, below which float32 arithmetic may leave a weight open whatever its type.</summary>
    private const double Negligible = 1.0 / (1 << 12);

    private readonly PlannedTensor _plan;
    private readonly CheckpointTensor _base;
    private readonly CheckpointTensor _found;
    private readonly MatrixView _view;
    private readonly TensorKernel _kernel;
    private readonly TensorWork _work;
    private readonly TensorArithmetic _arithmetic;
    private readonly ReplacedRowMap? _replaced;
    private UpdateSource[]? _magnitudes;

    /// <summary>Reads the factors of a planned tensor.</summary>
    /// <exception cref="NonFiniteException">A factor is NaN or infinite, or DoRA cannot scale the base.</exception>
    public TensorWalk(PlannedTensor plan, CheckpointTensor baseTensor, CheckpointTensor found, CancellationToken cancellationToken)
    {
        (_plan, _base, _found, _view) = (plan, baseTensor, found, plan.View);
        _kernel = TensorKernel.For(BaseType, FoundType);
        _work = TensorWork.Of(plan) with { Output = FoundType };
        _arithmetic = new KernelArithmetic(_work);
        ColumnNorms.Set(_arithmetic, _work, new RowStream(baseTensor, _view.Rows, _work.SourceRowBytes), cancellationToken);
        _replaced = plan.Replacement is { } replacement ? ReplacedRowMap.Of(replacement.Delta) : null;
    }

    /// <summary>The base's type.</summary>
    public DType BaseType => _base.Info.DType;

    /// <summary>The merged checkpoint's type.</summary>
    public DType FoundType => _found.Info.DType;

    /// <summary>Rows.</summary>
    public int Rows => _view.Rows;

    /// <summary>Columns.</summary>
    public int Columns => _view.Columns;

    /// <summary>Whether f follows from the weights (DoRA).</summary>
    public bool IsNormed => _work.Scaling is { IsNormed: true };

    /// <summary>Whether there is a factor at all.</summary>
    public bool IsScaled => _work.Scaling is not null;

    /// <summary>Whether the factors are the columns'.</summary>
    public bool IsByColumn => _work.Scaling is { IsByColumn: true };

    /// <summary>The share by which float32 arithmetic can move a norm of n terms and the quotient by it: √n + 16 roundings.</summary>
    public double FactorSlack => IsNormed ? (Math.Sqrt(IsByColumn ? Rows : Columns) + 16) * Unit : 0;

    /// <summary>Whether the canonical merge has neither NaN nor infinities, as far as was walked.</summary>
    public bool IsFinite { get; private set; } = true;

    /// <summary>Whether the merged checkpoint's bytes are the canonical merge's, every one.</summary>
    public bool IsCanonical(CancellationToken cancellationToken)
    {
        var all = true;
        Walk(row => all &= row.IsCanonical, withValues: false, cancellationToken);
        return all;
    }

    /// <summary>Visits every row with all its values; the row is valid during the visit.</summary>
    public void Visit(Action<AuditedRow> visit, CancellationToken cancellationToken) => Walk(visit, withValues: true, cancellationToken);

    /// <summary>Σε of a weight.</summary>
    public static double SlackOf(AuditedRow row, int column)
    {
        var slack = 0.0;
        for (var j = 0; j < row.Slack.Length && !row.IsReplaced; j++)
            slack += row.Slack[j][column];
        return slack;
    }

    /// <inheritdoc/>
    public void Dispose() => _arithmetic.Dispose();

    private void Walk(Action<AuditedRow> visit, bool withValues, CancellationToken cancellationToken)
    {
        var row = new AuditedRow(Columns, _work.Updates.Length);
        var tile = new UpdateTile(_work.Updates, Rows, Columns);
        var magnitudes = withValues ? new UpdateTile(_magnitudes ??= [.. _work.Updates.Select(s => s.Magnitudes())], Rows, Columns) : null;
        var canonical = new byte[_work.OutputRowBytes];
        var (ofBase, ofFound) = (new RowReader(_base, Rows, _work.SourceRowBytes), new RowReader(_found, Rows, canonical.Length));
        var replacement = new double[_replaced is null ? 0 : Columns];
        for (var index = 0; index < Rows; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var weights = ofBase.Row(index);
            var found = ofFound.Row(index);
            var source = _replaced?.Find(index);
            row.Index = index;
            row.IsReplaced = source is not null;
            if (source is { } at)
            {
                new FactorReader(_plan.Replacement!.Adapter.Weights).Read(_plan.Replacement.Delta.Consumes[0], at * Columns, replacement);
                FidelitySums sums = default;
                IsFinite &= _kernel.Replace(weights, replacement, canonical, ref sums);
                replacement.CopyTo(row.Exact, 0);
            }
            else
            {
                Merge(row, tile, weights, canonical, withValues);
            }
            row.IsCanonical = canonical.AsSpan().SequenceEqual(found);
            if (withValues)
            {
                StoredValues.Widen(BaseType, weights, row.Base);
                StoredValues.Widen(FoundType, canonical, row.Canonical);
                StoredValues.Widen(FoundType, found, row.Found);
                FillSlack(row, magnitudes!);
                FillBounds(row);
                FillUnits(row);
            }
            visit(row);
        }
    }

    private void Merge(AuditedRow row, UpdateTile tile, ReadOnlySpan<byte> weights, Span<byte> canonical, bool withValues)
    {
        IsFinite &= _arithmetic.Recompute(row.Index, 1, weights, canonical);
        if (!withValues)
            return;
        var updates = tile.Row(row.Index);
        var terms = new RowTerms(updates, tile.Stride);
        if (IsScaled)
            terms = IsByColumn ? terms.ScaledBy(_arithmetic.Factors) : terms.ScaledBy(_arithmetic.Factors[row.Index]);
        StoredValues.Widen(BaseType, weights, row.Base);
        for (var column = 0; column < Columns; column++)
        {
            row.Factors[column] = terms.FactorAt(column);
            row.Exact[column] = terms.Value(row.Base[column], column);
        }
        for (var j = 0; j < _work.Updates.Length; j++)
            updates.Slice(j * tile.Stride, Columns).CopyTo(row.Updates[j]);
    }

    /// <summary>(2r + 8)·2⁻²⁴ of the sum of magnitudes: a float32 sum of r products in any order, scale and composition of factors included.</summary>
    private void FillSlack(AuditedRow row, UpdateTile magnitudes)
    {
        if (_work.Updates.Length == 0)
            return;
        var sums = magnitudes.Row(row.Index);
        for (var j = 0; j < _work.Updates.Length; j++)
        {
            var share = (2.0 * _plan.Contributions[j].Delta.Rank + 8) * Unit;
            for (var column = 0; column < Columns; column++)
                row.Slack[j][column] = share * sums[j * magnitudes.Stride + column];
        }
    }

    /// <summary>Factors that cancel make ε as large as their author likes: more than a unit of the type, or a negligible share, is not granted.</summary>
    private void FillBounds(AuditedRow row)
    {
        var squares = 0.0;
        foreach (var weight in row.Base)
            squares += weight * weight;
        var size = double.IsFinite(squares) ? Math.Sqrt(squares / Columns) : 0;
        for (var column = 0; column < Columns; column++)
        {
            var canonical = Finite(Math.Abs(row.Canonical[column]));
            row.Bounds[column] = Math.Max(StoredNumber.Ulp(FoundType, Math.Max(Finite(Math.Abs(row.Base[column])), canonical)), Negligible * Math.Max(size, canonical));
            var slack = SlackOf(row, column);
            row.Granted[column] = slack <= row.Bounds[column] ? 1 : row.Bounds[column] / slack;
        }
    }

    private void FillUnits(AuditedRow row)
    {
        for (var column = 0; column < Columns; column++)
        {
            var magnitude = Math.Max(Math.Abs(row.Base[column]), Math.Max(Math.Abs(row.Canonical[column]), Math.Abs(row.Found[column])));
            row.Units[column] = Math.Max(StoredNumber.Ulp(FoundType, Finite(magnitude)), 2 * row.Granted[column] * SlackOf(row, column));
        }
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}
