using System.Runtime.InteropServices;
using Loragate.Artifacts;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Streams one merged tensor back to the base's: read → unmerge → write, hashing both sides.</summary>
/// <param name="tensor">The plan of the merge, read backwards: its source is the merged tensor.</param>
/// <param name="baseType">The base's type.</param>
/// <param name="writer">The restored shard.</param>
/// <param name="undo">The side-car.</param>
internal sealed class TensorUnmerger(PlannedTensor tensor, DType baseType, SafetensorsWriter writer, SafetensorsFile undo)
{
    private readonly TensorKernel _kernel = TensorKernel.For(baseType, tensor.Source.Info.DType);
    private readonly UpdateTile _updates = new([.. tensor.Contributions.Select(FactorReader.Read)], tensor.Rows, tensor.Columns);
    private readonly int _mergedBytes = tensor.Columns * tensor.Source.Info.DType.Bits / 8;
    private readonly int _baseBytes = tensor.Columns * baseType.Bits / 8;
    private BitReader _bits = new([]);
    private double[]? _rowFactors;

    /// <summary>Restores the tensor; returns the digests of the merged and the restored bytes.</summary>
    /// <exception cref="IntegrityException">The side-car does not belong to the merged tensor.</exception>
    public (Digest Merged, Digest Restored) Run(Action<long> progress, CancellationToken cancellationToken)
    {
        _bits = new BitReader(Piece(UndoFormat.Bits));
        _rowFactors = tensor.IsDora ? MemoryMarshal.Cast<byte, double>(Piece(UndoFormat.Factors)).ToArray() : null;
        if (_rowFactors is not null && _rowFactors.Length != tensor.Rows)
            throw Fault($"holds {_rowFactors.Length} row factors for {tensor.Rows} rows");
        var digests = new RowStream(tensor.Source, writer, tensor.Rows, _mergedBytes, _baseBytes).Run(UnmergeBlock, progress, cancellationToken);
        return _bits.IsAtEnd ? digests : throw Fault("holds more bits than the tensor needs");
    }

    private void UnmergeBlock(int first, int count, ReadOnlySpan<byte> input, Span<byte> output)
    {
        for (var i = 0; i < count; i++)
        {
            var factor = _rowFactors is null ? 1 : _rowFactors[first + i];
            if (!_kernel.Unmerge(input.Slice(i * _mergedBytes, _mergedBytes), output.Slice(i * _baseBytes, _baseBytes), _updates.Row(first + i), _updates.Stride, factor, _bits))
                throw new IntegrityException($"{tensor.Source.Shard.Path}, tensor '{tensor.Source.Name}'", $"row {first + i} is none that these adapters and {Path.GetFileName(undo.Path)} give");
        }
    }

    private byte[] Piece(string prefix) =>
        undo.Find(prefix + tensor.Source.Name) is { } piece ? undo.ReadAll(piece) : throw Fault($"has no '{prefix + tensor.Source.Name}'");

    private IntegrityException Fault(string fault) => new($"{undo.Path}, tensor '{tensor.Source.Name}'", $"the side-car {fault}");
}
