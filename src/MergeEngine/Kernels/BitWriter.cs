namespace Loragate.MergeEngine.Kernels;

/// <summary>A string of bits, the first one in the highest bit of the first byte; the last byte is filled with zeros.</summary>
internal sealed class BitWriter
{
    private byte[] _bytes = new byte[256];

    /// <summary>Bits written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Appends the lowest <paramref name="width"/> bits of <paramref name="value"/>, highest first.</summary>
    public void Write(ulong value, int width)
    {
        while ((Count + width + 7) / 8 > _bytes.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        for (var bit = width - 1; bit >= 0; bit--)
        {
            if ((value >> bit & 1) != 0)
                _bytes[Count / 8] |= (byte)(0x80 >> (int)(Count % 8));
            Count++;
        }
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, (int)((Count + 7) / 8));
}
