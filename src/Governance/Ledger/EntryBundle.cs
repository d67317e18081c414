using System.Buffers.Binary;

namespace Loragate.Governance.Ledger;

/// <summary>Entries in a file: each behind its length as a big-endian 16-bit number (C2SP tlog-tiles §Log entries).</summary>
public static class EntryBundle
{
    /// <summary>The longest entry.</summary>
    public const int MaxEntryBytes = ushort.MaxValue;
    /// <summary>The longest bundle.</summary>
    public const int MaxBytes = TileName.FullWidth * (sizeof(ushort) + MaxEntryBytes);

    /// <summary>The bytes of a bundle.</summary>
    /// <exception cref="OverflowException">An entry is longer than <see cref="MaxEntryBytes"/>.</exception>
    public static byte[] Encode(IEnumerable<ReadOnlyMemory<byte>> entries)
    {
        using var stream = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)entry.Length));
            stream.Write(length);
            stream.Write(entry.Span);
        }
        return stream.ToArray();
    }

    /// <summary>The entries of a bundle that holds exactly <paramref name="count"/>, or null.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>>? Decode(ReadOnlyMemory<byte> bundle, int count)
    {
        var entries = new List<ReadOnlyMemory<byte>>(count);
        while (entries.Count < count)
        {
            if (bundle.Length < sizeof(ushort))
                return null;
            var end = sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            if (bundle.Length < end)
                return null;
            entries.Add(bundle[sizeof(ushort)..end]);
            bundle = bundle[end..];
        }
        return bundle.IsEmpty ? entries : null;
    }
}
