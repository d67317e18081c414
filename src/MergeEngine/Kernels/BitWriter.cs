using System.Buffers.Binary;

namespace Loragate.MergeEngine.Kernels;

/// <summary>A string of bits, the first one in the highest bit of the first byte; the last byte is filled with zeros.</summary>
internal sealed class BitWriter
{
    private const int WordBits = 64;

    private byte[] _bytes = new byte[256];

    /// <summary>Whole words in <see cref="_bytes"/>.</summary>
    private int _words;

    /// <summary>The bits behind these, the first one highest, and how many more fit.</summary>
    private ulong _last;
    private int _free = WordBits;

    /// <summary>Bits written so far.</summary>
    public long Count => ((long)(_words + 1) * WordBits) - _free;

    /// <summary>Appends the lowest <paramref name="width"/> bits of <paramref name="value"/>, highest first; at most 56 at once.</summary>
    public void Write(ulong value, int width)
    {
        if (width > _free)
        {
            StoreLast(_last | value >> (width - _free));
            (_words, _last, _free) = (_words + 1, 0, _free + WordBits);
        }
        _free -= width;
        _last |= value << _free;
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            StoreLast(_last);
            return _bytes.AsSpan(0, (int)((Count + 7) / 8));
        }
    }

    private void StoreLast(ulong word)
    {
        var at = _words * sizeof(ulong);
        if (at == _bytes.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(at, sizeof(ulong)), word);
    }
}
