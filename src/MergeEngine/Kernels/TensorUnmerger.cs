using System.Runtime.InteropServices;
using System.Security.Cryptography;
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
    private const int BlockBytes = 2 << 20;

    private readonly TensorKernel _kernel = TensorKernel.For(baseType, tensor.Source.Info.DType);
    private readonly LowRankFactors[] _factors = [.. tensor.Contributions.Select(FactorReader.Read)];
    private readonly int _columns = tensor.Columns;
    private readonly int _mergedBytes = tensor.Columns * tensor.Source.Info.DType.Bits / 8;
    private readonly int _baseBytes = tensor.Columns * baseType.Bits / 8;

    /// <summary>Restores the tensor; returns the digests of the merged and the restored bytes.</summary>
    /// <exception cref="IntegrityException">The side-car does not belong to the merged tensor.</exception>
    public (Digest Merged, Digest Restored) Run(Action<long> progress, CancellationToken cancellationToken)
    {
        var bits = new BitReader(Piece(UndoFormat.Bits));
        var rowFactors = tensor.IsDora ? MemoryMarshal.Cast<byte, double>(Piece(UndoFormat.Factors)).ToArray() : null;
        if (rowFactors is not null && rowFactors.Length != tensor.Rows)
            throw Fault($"holds {rowFactors.Length} row factors for {tensor.Rows} rows");
        using var mergedHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var restoredHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var blockRows = Math.Max(RowAccumulator.RowsAtOnce, BlockBytes / Math.Max(1, _mergedBytes) / RowAccumulator.RowsAtOnce * RowAccumulator.RowsAtOnce);
        var (input, output) = (new byte[(long)Math.Min(blockRows, tensor.Rows) * _mergedBytes], new byte[(long)Math.Min(blockRows, tensor.Rows) * _baseBytes]);
        var deltas = new double[_factors.Length * RowAccumulator.RowsAtOnce * _columns];
        for (var first = 0; first < tensor.Rows; first += blockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = Math.Min(blockRows, tensor.Rows - first);
            var source = input.AsSpan(0, rows * _mergedBytes);
            var target = output.AsSpan(0, rows * _baseBytes);
            tensor.Source.Read((long)first * _mergedBytes, source);
            mergedHash.AppendData(source);
            UnmergeBlock(first, rows, source, target, deltas, rowFactors, bits);
            restoredHash.AppendData(target);
            writer.Write(tensor.Source.Name, (long)first * _baseBytes, target);
            progress(source.Length);
        }
        return bits.IsAtEnd ? (Digest.FromHash(mergedHash), Digest.FromHash(restoredHash)) : throw Fault("holds more bits than the tensor needs");
    }

    private void UnmergeBlock(int first, int rows, ReadOnlySpan<byte> source, Span<byte> target, double[] deltas, double[]? rowFactors, BitReader bits)
    {
        var stride = RowAccumulator.RowsAtOnce * _columns;
        for (var row = 0; row < rows; row += RowAccumulator.RowsAtOnce)
        {
            var count = Math.Min(RowAccumulator.RowsAtOnce, rows - row);
            for (var j = 0; j < _factors.Length; j++)
                RowAccumulator.Fill(_factors[j], first + row, count, deltas.AsSpan(j * stride, count * _columns));
            for (var i = 0; i < count; i++)
            {
                var rowDeltas = deltas.AsSpan(Math.Min(i * _columns, deltas.Length));
                var factor = rowFactors is null ? 1 : rowFactors[first + row + i];
                if (!_kernel.Unmerge(source.Slice((row + i) * _mergedBytes, _mergedBytes), target.Slice((row + i) * _baseBytes, _baseBytes), rowDeltas, stride, factor, bits))
                    throw new IntegrityException($"{tensor.Source.Shard.Path}, tensor '{tensor.Source.Name}'", $"row {first + row + i} is none that these adapters and {Path.GetFileName(undo.Path)} give");
            }
        }
    }

    private byte[] Piece(string prefix) =>
        undo.Find(prefix + tensor.Source.Name) is { } piece ? undo.ReadAll(piece) : throw Fault($"has no '{prefix + tensor.Source.Name}'");

    private IntegrityException Fault(string fault) => new($"{undo.Path}, tensor '{tensor.Source.Name}'", $"the side-car {fault}");
}
