using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Streaming;

/// <summary>
/// Streams one tensor of which all rows, or some, are replaced by an adapter's: each value is rounded once to the output's type; the rows that
/// stay go through the merge without an update. The originals go into the side-car.
/// </summary>
internal sealed class TensorReplacer
{
    private readonly PlannedTensor _tensor;
    private readonly CheckpointTensor _source;
    private readonly SafetensorsWriter _writer;
    private readonly bool _hasOriginals;
    private readonly MatrixView _view;
    private readonly TensorKernel _kernel;
    private readonly FactorReader _reader;
    private readonly ReplacedRowMap _rows;
    private readonly TensorInfo _values;
    private readonly double[] _row;
    private readonly int _inBytes;
    private readonly int _outBytes;
    private FidelitySums _sums;

    /// <summary>Prepares a planned tensor whose one change is a replacement.</summary>
    public TensorReplacer(PlannedTensor tensor, CheckpointTensor source, SafetensorsWriter writer, bool withUndo)
    {
        (_tensor, _source, _writer, _hasOriginals, _view) = (tensor, source, writer, withUndo && !tensor.IsAdded, tensor.View);
        var replacement = tensor.Replacement ?? throw new ArgumentException("The tensor is not replaced.", nameof(tensor));
        _kernel = TensorKernel.For(tensor.Source.DType, tensor.Output.DType);
        _reader = new FactorReader(replacement.Adapter.Weights);
        _rows = ReplacedRowMap.Of(replacement.Delta);
        _values = replacement.Delta.Consumes[0];
        _row = new double[_view.Columns];
        _inBytes = _view.Columns * (tensor.Source.DType.Bits / 8);
        _outBytes = _view.Columns * (tensor.Output.DType.Bits / 8);
    }

    /// <summary>Replaces and describes what happened.</summary>
    /// <exception cref="NonFiniteException">A base weight, a new value or a result is NaN or infinite.</exception>
    public MergedTensor Run(Action<long> progress, CancellationToken cancellationToken)
    {
        var (before, after) = new RowStream(_source, _view.Rows, _inBytes).Run(ReplaceBlock, _writer, _tensor.Output.Name, _outBytes, progress, cancellationToken);
        var fidelity = _sums.ToFidelity();
        if (!double.IsFinite(fidelity.BaseNorm))
            throw new NonFiniteException(_tensor.Output.Name, "the base's weights hold NaN or infinities");
        long? bits = _hasOriginals ? _rows.Count(_view.Rows) * _inBytes * 8 : null;
        return MergedTensorOf.Describe(_tensor, before, after, fidelity, bits);
    }

    private void ReplaceBlock(int first, int count, ReadOnlySpan<byte> input, Span<byte> output)
    {
        for (var i = 0; i < count; i++)
        {
            var weights = input.Slice(i * _inBytes, _inBytes);
            var merged = output.Slice(i * _outBytes, _outBytes);
            bool finite;
            if (_rows.Find(first + i) is { } at)
            {
                _reader.Read(_values, at * _view.Columns, _row);
                finite = _kernel.Replace(weights, _row, merged, ref _sums);
            }
            else
            {
                finite = _kernel.Merge(weights, merged, new RowTerms([], 1), null, ref _sums);
            }
            if (!finite)
                throw new NonFiniteException(_tensor.Output.Name, $"row {first + i} has NaN or infinite weights after the merge");
        }
    }
}
