using System.Runtime.InteropServices;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Undo;

/// <summary>
/// Gathers one shard's part of the side-car while its tensors finish in any order: the bytes go to a file, so memory stays small whatever the
/// model's size. Thread-safe.
/// </summary>
internal sealed class ShardSideCar : IDisposable
{
    private const int BlockBytes = 1 << 20;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly List<SideCarPiece> _pieces;
    private readonly Lock _lock = new();

    private ShardSideCar(string path, FileMode mode, IEnumerable<SideCarPiece> pieces)
    {
        (_path, _pieces) = (path, [.. pieces]);
        // Without a buffer: pieces are large, and what the disk did not take is not tried again when the file is closed.
        _stream = new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None, 1);
    }

    /// <summary>What it holds so far.</summary>
    public IReadOnlyList<SideCarPiece> Pieces => _pieces;

    /// <summary>Starts a part in a file that does not exist yet.</summary>
    public static ShardSideCar Create(string path) => new(path, FileMode.CreateNew, []);

    /// <summary>Opens a part that was sealed.</summary>
    public static ShardSideCar Open(string path, ShardSideCarSeal seal) => new(path, FileMode.Open, seal.Pieces);

    /// <summary>Whether a file holds the bytes of a seal, and no more than these.</summary>
    public static bool Holds(string path, ShardSideCarSeal seal, CancellationToken cancellationToken) =>
        File.Exists(path)
        && seal.Pieces.Aggregate(0L, (end, piece) => piece.Offset == end && piece.Length >= 0 ? end + piece.Length : -1) == new FileInfo(path).Length
        && Digest.OfFile(path, cancellationToken) == seal.Sha256;

    /// <summary>Adds the indices of a tensor.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public void AddBits(string tensor, ReadOnlySpan<byte> bits) => Add(UndoFormat.Bits + tensor, bits);

    /// <summary>Adds the factors of a tensor's rows or columns.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public void AddFactors(string tensor, ReadOnlySpan<double> factors) => Add(UndoFormat.Factors + tensor, MemoryMarshal.AsBytes(factors));

    /// <summary>Forces the part to the disk; nothing is added any more.</summary>
    public ShardSideCarSeal Seal()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Position = 0;
        return new ShardSideCarSeal(_pieces, Digest.OfBlocks((_, block) => _stream.Read(block), CancellationToken.None));
    }

    /// <summary>Writes a piece where it belongs.</summary>
    public void CopyTo(SafetensorsWriter writer, SideCarPiece piece)
    {
        var block = new byte[Math.Min(BlockBytes, piece.Length)];
        _stream.Position = piece.Offset;
        for (var done = 0L; done < piece.Length;)
        {
            var part = block.AsSpan(0, (int)Math.Min(block.Length, piece.Length - done));
            _stream.ReadExactly(part);
            writer.Write(piece.Name, done, part);
            done += part.Length;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Add(string name, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _pieces.Add(new SideCarPiece(name, _stream.Length, bytes.Length));
            try
            {
                _stream.Write(bytes);
            }
            catch (ArgumentOutOfRangeException limit)
            {
                throw SizeLimit.Fault(_path, limit);
            }
        }
    }
}
