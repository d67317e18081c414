using System.Buffers.Binary;

namespace Loragate.Governance.Reports.Fonts;

/// <summary>
/// One face of a TrueType font that a report may embed: it has <c>glyf</c> outlines, is not variable, and its OS/2 table
/// allows embedding and subsetting. Other outlines would come out of the PDF writer as Type 3 fonts, which do not hint or search well.
/// Source: ISO/IEC 14496-22 (OpenType) §4.3 (table directory, collections), §5.2.6 (OS/2 fsType).
/// </summary>
public sealed class FontFile
{
    private const uint CollectionTag = 0x74746366; // "ttcf"
    private const uint TrueTypeVersion = 0x00010000;
    private const uint AppleTrueType = 0x74727565; // "true"
    private const int MaxBytes = 128 << 20;
    private const int RevisionOffset = 4;
    private const int DatesOffset = 20;
    private const int DatesLength = 16;
    private const int FsTypeOffset = 8;
    private const int RestrictedLicence = 0x0002;
    private const int NoSubsetting = 0x0100;
    private const int BitmapsOnly = 0x0200;
    private const string Advice = "Use a TrueType font with glyf outlines that permits embedding (Debian: fonts-ipaexfont-gothic).";

    private FontFile(string name, ReadOnlyMemory<byte> bytes, int index)
    {
        Name = name;
        Bytes = bytes;
        Index = index;
    }

    /// <summary>The file's name, for messages.</summary>
    public string Name { get; }

    /// <summary>The file's bytes, whole.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The face in a collection; 0 in a plain font.</summary>
    public int Index { get; }

    /// <summary>Revision and dates of a font's making (its <c>head</c> table, §5.2.2), which its subsets keep: whether two come from one font.</summary>
    /// <exception cref="ReportFontException">The font is damaged.</exception>
    internal static string EditionOf(ReadOnlySpan<byte> font, string name, int index = 0)
    {
        if (!ReadTables(font, name, index).TryGetValue("head", out var head))
            throw new ReportFontException(name, "no head table", Advice);
        return Convert.ToHexStringLower(Slice(font, head + RevisionOffset, 4, name)) + Convert.ToHexStringLower(Slice(font, head + DatesOffset, DatesLength, name));
    }

    /// <summary>Reads a font file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="index">The face in a collection (.ttc); 0 for a plain font.</param>
    /// <exception cref="ReportFontException">The font is damaged or may not or cannot be embedded.</exception>
    public static FontFile Read(string path, int index = 0) =>
        new FileInfo(path).Length <= MaxBytes
            ? Parse(File.ReadAllBytes(path), Path.GetFileName(path), index)
            : throw new ReportFontException(path, $"larger than {MaxBytes} bytes", Advice);

    /// <summary>Reads a font from memory.</summary>
    /// <param name="bytes">The file, whole.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="index">The face in a collection.</param>
    /// <exception cref="ReportFontException">The font is damaged or may not or cannot be embedded.</exception>
    public static FontFile Parse(ReadOnlyMemory<byte> bytes, string name, int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var tables = ReadTables(bytes.Span, name, index);
        if (!tables.ContainsKey("glyf"))
            throw new ReportFontException(name, "no glyf table: the outlines are not TrueType", Advice);
        if (tables.ContainsKey("fvar"))
            throw new ReportFontException(name, "a variable font", Advice);
        RequireEmbeddable(bytes.Span, tables, name);
        return new FontFile(name, bytes, index);
    }

    private static void RequireEmbeddable(ReadOnlySpan<byte> font, Dictionary<string, int> tables, string name)
    {
        if (!tables.TryGetValue("OS/2", out var os2))
            return;
        var fsType = BinaryPrimitives.ReadUInt16BigEndian(Slice(font, os2 + FsTypeOffset, 2, name));
        if ((fsType & (RestrictedLicence | NoSubsetting | BitmapsOnly)) != 0)
            throw new ReportFontException(name, $"its OS/2 fsType 0x{fsType:x4} forbids embedding a subset of its outlines", Advice);
    }

    private static Dictionary<string, int> ReadTables(ReadOnlySpan<byte> font, string name, int index)
    {
        var start = FaceOffset(font, name, index);
        var version = BinaryPrimitives.ReadUInt32BigEndian(Slice(font, start, 4, name));
        if (version is not (TrueTypeVersion or AppleTrueType))
            throw new ReportFontException(name, "not a TrueType font", Advice);
        var count = BinaryPrimitives.ReadUInt16BigEndian(Slice(font, start + 4, 2, name));
        Dictionary<string, int> tables = [];
        for (var i = 0; i < count; i++)
        {
            var entry = Slice(font, start + 12 + (i * 16), 16, name);
            var offset = BinaryPrimitives.ReadUInt32BigEndian(entry[8..]);
            var length = BinaryPrimitives.ReadUInt32BigEndian(entry[12..]);
            if (offset + (ulong)length > (ulong)font.Length)
                throw new ReportFontException(name, "a table lies outside the file", Advice);
            tables[System.Text.Encoding.Latin1.GetString(entry[..4])] = (int)offset;
        }
        return tables;
    }

    private static int FaceOffset(ReadOnlySpan<byte> font, string name, int index)
    {
        var isCollection = BinaryPrimitives.ReadUInt32BigEndian(Slice(font, 0, 4, name)) == CollectionTag;
        if (!isCollection)
            return index == 0 ? 0 : throw new ReportFontException(name, $"no face {index}", Advice);
        var count = BinaryPrimitives.ReadUInt32BigEndian(Slice(font, 8, 4, name));
        if (index >= count)
            throw new ReportFontException(name, $"no face {index}", Advice);
        var offset = BinaryPrimitives.ReadUInt32BigEndian(Slice(font, 12 + (index * 4), 4, name));
        return offset < font.Length ? (int)offset : throw new ReportFontException(name, "a face lies outside the file", Advice);
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> font, int offset, int length, string name) =>
        offset >= 0 && offset <= font.Length - length
            ? font.Slice(offset, length)
            : throw new ReportFontException(name, "the file ends too early", Advice);
}
