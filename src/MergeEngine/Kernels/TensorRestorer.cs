using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Streams one replaced tensor back: replaced rows come from the side-car, the others are unmerged without an update.</summary>
/// <param name="tensor">The plan of the merge.</param>
/// <param name="merged">The merged tensor.</param>
/// <param name="writer">The restored shard.</param>
/// <param name="undo">The side-car.</param>
internal sealed class TensorRestorer(PlannedTensor tensor, CheckpointTensor merged, SafetensorsWriter writer, SafetensorsFile undo)
{
    private readonly TensorKernel _kernel = TensorKernel.For(tensor.Source.DType, tensor.Output.DType);
    private readonly MatrixView _view = tensor.View;
    private readonly ReplacedRowMap _rows = ReplacedRowMap.Of(tensor.Replacement!.Delta);
    private readonly int _mergedBytes = tensor.View.Columns * tensor.Output.DType.Bits / 8;
    private readonly int _baseBytes = tensor.View.Columns * tensor.Source.DType.Bits / 8;
    private readonly BitReader _none = new([]);
    private TensorInfo? _originals;
    private long _taken;

    /// <summary>Restores the tensor; returns the digests of the merged and the restored bytes.</summary>
    /// <exception cref="IntegrityException">The side-car does not belong to the merged tensor.</exception>
    public (Digest Merged, Digest Restored) Run(Action<long> progress, CancellationToken cancellationToken)
    {
        var name = UndoFormat.Originals + "/" + merged.Name;
        _originals = undo.Find(name);
        if (_originals is null || _originals.Length != _rows.Count(_view.Rows) * _baseBytes)
            throw new IntegrityException($"{undo.Path}, tensor '{merged.Name}'", $"the side-car has no '{name}' of {_rows.Count(_view.Rows)} rows");
        return new RowStream(merged, writer, tensor.Source.Name, _view.Rows, _mergedBytes, _baseBytes).Run(RestoreBlock, progress, cancellationToken);
    }

    private void RestoreBlock(int first, int count, ReadOnlySpan<byte> input, Span<byte> output)
    {
        for (var i = 0; i < count; i++)
        {
            var restored = output.Slice(i * _baseBytes, _baseBytes);
            if (_rows.Find(first + i) is not null)
                undo.Read(_originals!, _taken++ * _baseBytes, restored);
            else if (!_kernel.Unmerge(input.Slice(i * _mergedBytes, _mergedBytes), restored, new RowTerms([], 1), _none))
                throw new IntegrityException($"{merged.Shard.Path}, tensor '{merged.Name}'", $"row {first + i} is none that a conversion gives");
        }
    }
}
