namespace Loragate.MergeEngine.Kernels;

/// <summary>Reads what <see cref="BitWriter"/> wrote.</summary>
internal sealed class BitReader(byte[] bytes)
{
    private long _position;

    /// <summary>Whether only the zeros of the last byte are left.</summary>
    public bool IsAtEnd => (_position + 7) / 8 == bytes.Length && Rest() == 0;

    /// <summary>Reads <paramref name="width"/> bits; false where too few are left.</summary>
    public bool TryRead(int width, out ulong value)
    {
        value = 0;
        if (_position + width > bytes.Length * 8L)
            return false;
        for (var i = 0; i < width; i++, _position++)
            value = value << 1 | (uint)(bytes[_position / 8] >> (7 - (int)(_position % 8)) & 1);
        return true;
    }

    private int Rest() => _position % 8 == 0 ? 0 : bytes[^1] & (0xFF >> (int)(_position % 8));
}
