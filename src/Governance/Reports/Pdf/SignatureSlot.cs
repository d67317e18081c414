using System.Globalization;
using System.Text;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>The place of a report's signature: two digit strings in the signature's dictionary (ISO 32000-1 §12.8.1).</summary>
/// <param name="Start">Where the contents' '&lt;' stands.</param>
/// <param name="End">Behind its '&gt;'.</param>
/// <param name="RangeStart">Where the byte range's '[' stands.</param>
/// <param name="Range">The byte range, four numbers.</param>
/// <param name="Contents">The CMS signature with the zeros behind it.</param>
internal sealed record SignatureSlot(int Start, int End, int RangeStart, IReadOnlyList<long> Range, ReadOnlyMemory<byte> Contents)
{
    /// <summary>The byte range before anybody signed.</summary>
    public const string EmptyRange = "[0 0000000000 0000000000 0000000000]";

    private const string RangeKey = "/ByteRange ";
    private const string ContentsKey = "/Contents ";

    /// <summary>Finds it; null where the file has no signature.</summary>
    /// <exception cref="PdfException">Another form than that of reports.</exception>
    public static SignatureSlot? Find(PdfFile file, string place)
    {
        var fields = file.List(file.Dictionary(file.Catalog["AcroForm"])["Fields"]);
        if (fields.Count == 0)
            return null;
        if (fields is not [var field] || file.Dictionary(field)["V"] is not PdfValue.Reference value || file.Resolve(value) is not PdfValue.Dictionary signature)
            throw new PdfException(place, file.Table, "another form of signature than that of reports");
        var raw = file.Raw(value.Object);
        var start = file.Offset(value.Object);
        var text = Encoding.Latin1.GetString(raw.Span);
        var (range, contents) = (text.IndexOf(RangeKey, StringComparison.Ordinal), text.IndexOf(ContentsKey, StringComparison.Ordinal));
        if (range < 0 || contents < 0 || signature["Contents"] is not PdfValue.Text cms || signature["SubFilter"] is not PdfValue.Name { Value: "ETSI.CAdES.detached" })
            throw new PdfException(place, start, "no PAdES signature (ETSI.CAdES.detached)");
        contents += ContentsKey.Length;
        // The signature does not cover its own digits: another spelling of the same bytes would go unnoticed.
        if (!text.AsSpan(contents).StartsWith($"<{Convert.ToHexStringLower(cms.Bytes.Span)}>", StringComparison.Ordinal))
            throw new PdfException(place, start + contents, "a signature in other than lower-case digits without spaces");
        return new SignatureSlot(
            start + contents,
            start + text.IndexOf('>', contents) + 1,
            start + range + RangeKey.Length,
            [.. file.List(signature["ByteRange"]).Select(number => number is PdfValue.Number one ? one.Whole : -1)],
            cms.Bytes);
    }

    /// <summary>Whether the byte range names all of a file but the contents, from the first byte to the last.</summary>
    public bool CoversAllOf(int length) => Range is [0, var before, var after, var rest] && before == Start && after == End && rest == length - End;

    /// <summary>What is signed.</summary>
    public byte[] Signed(ReadOnlySpan<byte> file) => [.. file[..Start], .. file[End..]];

    /// <summary>Writes the byte range of a file of this length.</summary>
    public void WriteRange(Span<byte> file)
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"[0 {Start:0000000000} {End:0000000000} {file.Length - End:0000000000}]");
        Encoding.ASCII.GetBytes(range).CopyTo(file[RangeStart..]);
    }

    /// <summary>Writes a signature into its place, with zeros behind it.</summary>
    public void WriteContents(Span<byte> file, ReadOnlySpan<byte> cms)
    {
        var room = file[(Start + 1)..(End - 1)];
        if (2 * cms.Length > room.Length)
            throw new ArgumentException($"The signature has {cms.Length} bytes where {room.Length / 2} have room.", nameof(cms));
        room.Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(cms)).CopyTo(room);
    }
}
