using System.Runtime.InteropServices;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Streams one merged tensor back to the base's: read → unmerge → write, hashing both sides.</summary>
/// <param name="tensor">The plan of the merge.</param>
/// <param name="merged">The merged tensor.</param>
/// <param name="writer">The restored shard.</param>
/// <param name="undo">The side-car.</param>
internal sealed class TensorUnmerger(PlannedTensor tensor, CheckpointTensor merged, SafetensorsWriter writer, SafetensorsFile undo)
{
    private readonly TensorKernel _kernel = TensorKernel.For(tensor.Source.DType, tensor.Output.DType);
    private readonly MatrixView _view = tensor.View;
    private readonly UpdateTile _updates = new(TensorTerms.Updates(tensor), tensor.View.Rows, tensor.View.Columns);
    private readonly int _mergedBytes = tensor.View.Columns * tensor.Output.DType.Bits / 8;
    private readonly int _baseBytes = tensor.View.Columns * tensor.Source.DType.Bits / 8;
    private BitReader _bits = new([]);
    private Scaling? _scaling;

    /// <summary>Restores the tensor; returns the digests of the merged and the restored bytes.</summary>
    /// <exception cref="IntegrityException">The side-car does not belong to the merged tensor.</exception>
    public (Digest Merged, Digest Restored) Run(Action<long> progress, CancellationToken cancellationToken)
    {
        _bits = new BitReader(Piece(UndoFormat.Bits));
        _scaling = TensorTerms.ScalingOf(tensor);
        if (_scaling is { IsNormed: true })
            _scaling = _scaling with { Values = Factors(_scaling.IsByColumn ? _view.Columns : _view.Rows) };
        var digests = new RowStream(merged, writer, tensor.Source.Name, _view.Rows, _mergedBytes, _baseBytes).Run(UnmergeBlock, progress, cancellationToken);
        return _bits.IsAtEnd ? digests : throw Fault("holds more bits than the tensor needs");
    }

    private void UnmergeBlock(int first, int count, ReadOnlySpan<byte> input, Span<byte> output)
    {
        for (var i = 0; i < count; i++)
        {
            var updates = _updates.Row(first + i);
            var terms = _scaling switch
            {
                null => new RowTerms(updates, _updates.Stride),
                { IsByColumn: true } => new RowTerms(updates, _updates.Stride, 1, _scaling.Values),
                _ => new RowTerms(updates, _updates.Stride, _scaling.Values[first + i]),
            };
            if (!_kernel.Unmerge(input.Slice(i * _mergedBytes, _mergedBytes), output.Slice(i * _baseBytes, _baseBytes), terms, _bits))
                throw new IntegrityException($"{merged.Shard.Path}, tensor '{merged.Name}'", $"row {first + i} is none that these adapters and {Path.GetFileName(undo.Path)} give");
        }
    }

    private double[] Factors(int count)
    {
        var factors = MemoryMarshal.Cast<byte, double>(Piece(UndoFormat.Factors)).ToArray();
        return factors.Length == count ? factors : throw Fault($"holds {factors.Length} factors where the tensor needs {count}");
    }

    private byte[] Piece(string prefix) =>
        undo.Find(prefix + merged.Name) is { } piece ? undo.ReadAll(piece) : throw Fault($"has no '{prefix + merged.Name}'");

    private IntegrityException Fault(string fault) => new($"{undo.Path}, tensor '{merged.Name}'", $"the side-car {fault}");
}
