using System.Buffers.Binary;

namespace Loragate.MergeEngine.Kernels;

/// <summary>A string of bits, the first one in the highest bit of the first byte; the last byte is filled with zeros.</summary>
internal sealed class BitWriter
{
    private byte[] _bytes = new byte[256];

    /// <summary>Bits written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Appends the lowest <paramref name="width"/> bits of <paramref name="value"/>, highest first; at most 56 at once.</summary>
    public void Write(ulong value, int width)
    {
        var (at, free) = ((int)(Count >> 3), 64 - (int)(Count & 7) - width);
        if (at + sizeof(ulong) > _bytes.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        var place = _bytes.AsSpan(at, sizeof(ulong));
        BinaryPrimitives.WriteUInt64BigEndian(place, BinaryPrimitives.ReadUInt64BigEndian(place) | value << free);
        Count += width;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, (int)((Count + 7) / 8));
}
