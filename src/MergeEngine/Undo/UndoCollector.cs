using System.Runtime.InteropServices;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Undo;

/// <summary>
/// Gathers the side-car while tensors finish in any order: the bytes go to a scratch file, the canonical file is written at the end,
/// so memory stays small whatever the model's size. Thread-safe.
/// </summary>
internal sealed class UndoCollector : IDisposable
{
    private readonly record struct Piece(DType Type, long Elements, long Offset, long Length, Original? Original = null);

    /// <summary>Rows of the base that are read when the side-car is written: they lie on disk already.</summary>
    private sealed record Original(CheckpointTensor Tensor, IReadOnlyList<long> Rows, int RowBytes);

    private readonly FileStream _scratch;
    private readonly SortedDictionary<string, Piece> _pieces = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public UndoCollector(string scratchPath) =>
        _scratch = new FileStream(scratchPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);

    public void AddBits(string tensor, ReadOnlySpan<byte> bits) => Add(UndoFormat.Bits + tensor, DType.U8, bits.Length, bits);

    public void AddFactors(string tensor, ReadOnlySpan<double> factors) => Add(UndoFormat.Factors + tensor, DType.F64, factors.Length, MemoryMarshal.AsBytes(factors));

    public void AddHeader(string shard, ReadOnlySpan<byte> header) => Add(UndoFormat.Headers + shard, DType.U8, header.Length, header);

    public void AddOriginal(string tensor, CheckpointTensor source, IEnumerable<long> rows, int rowBytes)
    {
        var original = new Original(source, [.. rows], rowBytes);
        var length = original.Rows.Count * (long)rowBytes;
        lock (_lock)
            _pieces.Add($"{UndoFormat.Originals}/{tensor}", new Piece(DType.U8, length, 0, length, original));
    }

    /// <summary>Writes the side-car.</summary>
    public void WriteTo(string path)
    {
        var metadata = new Dictionary<string, string> { ["format"] = UndoFormat.Format };
        using var writer = SafetensorsWriter.Create(path, _pieces.Select(p => new TensorPlan(p.Key, p.Value.Type, [p.Value.Elements])), metadata);
        foreach (var (name, piece) in _pieces)
        {
            if (piece.Original is { } original)
                Write(writer, name, original);
            else
                Write(writer, name, piece);
        }
        writer.Flush();
    }

    private void Write(SafetensorsWriter writer, string name, Piece piece)
    {
        var block = new byte[Math.Min(1 << 20, piece.Length)];
        _scratch.Position = piece.Offset;
        for (var done = 0L; done < piece.Length;)
        {
            var count = (int)Math.Min(block.Length, piece.Length - done);
            _scratch.ReadExactly(block, 0, count);
            writer.Write(name, done, block.AsSpan(0, count));
            done += count;
        }
    }

    private static void Write(SafetensorsWriter writer, string name, Original original)
    {
        var row = new byte[original.RowBytes];
        for (var i = 0; i < original.Rows.Count; i++)
        {
            original.Tensor.Read(original.Rows[i] * original.RowBytes, row);
            writer.Write(name, (long)i * original.RowBytes, row);
        }
    }

    public void Dispose() => _scratch.Dispose();

    private void Add(string name, DType type, long elements, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _scratch.Position = _scratch.Length;
            _pieces.Add(name, new Piece(type, elements, _scratch.Position, bytes.Length));
            _scratch.Write(bytes);
        }
    }
}
