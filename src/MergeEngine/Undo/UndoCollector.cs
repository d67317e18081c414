using System.Runtime.InteropServices;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Undo;

/// <summary>
/// Gathers the side-car while tensors finish in any order: the bytes go to a scratch file, the canonical file is written at the end,
/// so memory stays small whatever the model's size. Thread-safe.
/// </summary>
internal sealed class UndoCollector : IDisposable
{
    private readonly record struct Piece(DType Type, long Elements, long Offset, long Length);

    private readonly FileStream _scratch;
    private readonly SortedDictionary<string, Piece> _pieces = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public UndoCollector(string scratchPath) =>
        _scratch = new FileStream(scratchPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);

    public void AddBits(string tensor, ReadOnlySpan<byte> bits) => Add(UndoFormat.Bits + tensor, DType.U8, bits.Length, bits);

    public void AddFactors(string tensor, ReadOnlySpan<double> factors) => Add(UndoFormat.Factors + tensor, DType.F64, factors.Length, MemoryMarshal.AsBytes(factors));

    public void AddHeader(string shard, ReadOnlySpan<byte> header) => Add(UndoFormat.Headers + shard, DType.U8, header.Length, header);

    /// <summary>Writes the side-car.</summary>
    public void WriteTo(string path)
    {
        var metadata = new Dictionary<string, string> { ["format"] = UndoFormat.Format };
        using var writer = SafetensorsWriter.Create(path, _pieces.Select(p => new TensorPlan(p.Key, p.Value.Type, [p.Value.Elements])), metadata);
        var block = new byte[1 << 20];
        foreach (var (name, piece) in _pieces)
        {
            _scratch.Position = piece.Offset;
            for (var done = 0L; done < piece.Length;)
            {
                var count = (int)Math.Min(block.Length, piece.Length - done);
                _scratch.ReadExactly(block, 0, count);
                writer.Write(name, done, block.AsSpan(0, count));
                done += count;
            }
        }
        writer.Flush();
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
