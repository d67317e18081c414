using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// Streams one tensor through W' = round(f ⊙ (W + Σδ)) in row blocks: read → merge → write, hashing what comes in and what goes out. Factors
/// that need the norms of whole columns take a first pass over the tensor.
/// </summary>
internal sealed class TensorMerger
{
    private readonly PlannedTensor _tensor;
    private readonly CheckpointTensor _source;
    private readonly SafetensorsWriter _writer;
    private readonly UndoCollector? _undo;
    private readonly MatrixView _view;
    private readonly TensorKernel _kernel;
    private readonly UpdateTile _updates;
    private readonly Scaling? _scaling;
    private readonly BitWriter? _bits;
    private readonly int _inBytes;
    private readonly int _outBytes;
    private double[] _factors = [];
    private FidelitySums _sums;

    /// <summary>Reads the factors of a planned tensor.</summary>
    /// <param name="tensor">The plan.</param>
    /// <param name="source">The base tensor.</param>
    /// <param name="writer">Takes the output.</param>
    /// <param name="undo">Takes the side-car, or null.</param>
    /// <exception cref="NonFiniteException">A factor is NaN or infinite.</exception>
    public TensorMerger(PlannedTensor tensor, CheckpointTensor source, SafetensorsWriter writer, UndoCollector? undo)
    {
        (_tensor, _source, _writer, _undo, _view) = (tensor, source, writer, undo, tensor.View);
        // An added tensor can be made again from the base's, so it needs no side-car.
        _bits = undo is null || tensor.IsAdded ? null : new BitWriter();
        _kernel = TensorKernel.For(tensor.Source.DType, tensor.Output.DType);
        _updates = new UpdateTile(TensorTerms.Updates(tensor), _view.Rows, _view.Columns);
        _scaling = TensorTerms.ScalingOf(tensor);
        _inBytes = _view.Columns * tensor.Source.DType.Bits / 8;
        _outBytes = _view.Columns * tensor.Output.DType.Bits / 8;
    }

    /// <summary>Merges the tensor and describes what happened.</summary>
    /// <exception cref="NonFiniteException">A merged weight is NaN or infinite, or a row or column that DoRA scales is zero.</exception>
    public MergedTensor Run(Action<long> progress, CancellationToken cancellationToken)
    {
        _factors = _scaling switch
        {
            null => [],
            { Kind: ScalingKind.RowNorms } => new double[_view.Rows],
            { Kind: ScalingKind.ColumnNorms } => ColumnFactors(_scaling.Values, cancellationToken),
            _ => _scaling.Values,
        };
        var (before, after) = new RowStream(_source, _writer, _tensor.Output.Name, _view.Rows, _inBytes, _outBytes).Run(MergeBlock, progress, cancellationToken);
        if (_bits is not null)
        {
            _undo!.AddBits(_tensor.Output.Name, _bits.Bytes);
            if (_scaling is { IsNormed: true })
                _undo.AddFactors(_tensor.Output.Name, _factors);
        }
        return MergedTensorOf.Describe(_tensor, before, after, _sums.ToFidelity(), _undo is null ? null : _bits?.Count ?? 0);
    }

    private void MergeBlock(int first, int count, ReadOnlySpan<byte> input, Span<byte> output)
    {
        for (var i = 0; i < count; i++)
        {
            var weights = input.Slice(i * _inBytes, _inBytes);
            var terms = TermsOf(first + i, weights);
            if (!_kernel.Merge(weights, output.Slice(i * _outBytes, _outBytes), terms, _bits, ref _sums))
                throw new NonFiniteException(_tensor.Output.Name, $"row {first + i} has NaN or infinite weights after the merge");
        }
    }

    private RowTerms TermsOf(int row, ReadOnlySpan<byte> weights)
    {
        var updates = _updates.Row(row);
        if (_scaling is null)
            return new RowTerms(updates, _updates.Stride);
        if (_scaling.IsByColumn)
            return new RowTerms(updates, _updates.Stride, 1, _factors);
        if (_scaling.Kind == ScalingKind.RowNorms)
            _factors[row] = DoraFactor("row", row, _kernel.Norm(weights, new RowTerms(updates, _updates.Stride)));
        return new RowTerms(updates, _updates.Stride, _factors[row]);
    }

    /// <summary>The first pass: f of every column, from sums of squares in ascending order of rows.</summary>
    private double[] ColumnFactors(double[] magnitudes, CancellationToken cancellationToken)
    {
        var sums = new double[_view.Columns];
        var row = new byte[_inBytes];
        for (var i = 0; i < _view.Rows; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _source.Read((long)i * _inBytes, row);
            _kernel.AddSquares(row, new RowTerms(_updates.Row(i), _updates.Stride), sums);
        }
        for (var i = 0; i < sums.Length; i++)
            sums[i] = DoraFactor("column", i, Math.Sqrt(sums[i]));
        return sums;
    }

    /// <summary>f = m / ‖W + ΔW‖ (Liu et al. 2024, eq. 5).</summary>
    private double DoraFactor(string what, int index, double norm) =>
        norm > 0 && double.IsFinite(norm)
            ? _scaling!.Values[index] / norm
            : throw new NonFiniteException(_tensor.Output.Name, $"the norm of {what} {index} is {norm}: DoRA cannot scale it");
}
