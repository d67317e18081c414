using System.Globalization;
using System.Text;
using Loragate.Governance.Reports.Layout;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>
/// Makes drawn pages a document for archives that carries its evidence: PDF/A-3b (ISO 19005-3) by one incremental update, which writes the catalogue anew
/// with language, outline, metadata, output intent, associated files and, where somebody will sign, an empty signature (ISO 32000-1 §12.7–12.8).
/// </summary>
internal static class PdfArchive
{
    // Annex C of ISO 32000-1: strings of at most 32,767 bytes. Chain and time stamp of a signature fit in half of that.
    private const int SignatureRoom = 16384;
    private const int Printed = 4;
    private const int Locked = 128;

    /// <summary>The file; with a signing time it holds a signature's place, filled with zeros.</summary>
    /// <param name="drawn">The pages.</param>
    /// <param name="title">The document's title.</param>
    /// <param name="creator">What drew it, as the pages name it.</param>
    /// <param name="language">Its language.</param>
    /// <param name="files">The evidence, packed.</param>
    /// <param name="signed">The claimed time of the signature to come; null for none.</param>
    public static byte[] Write(DrawnPdf drawn, string title, string creator, ReportLanguage language, IReadOnlyList<PackedFile> files, DateTimeOffset? signed)
    {
        var pages = PdfFile.Parse(drawn.Bytes, "pages");
        var update = new PdfUpdate(pages);
        var tag = language == ReportLanguage.Japanese ? "ja" : "en";
        var catalog = new StringBuilder();
        catalog.Append(CultureInfo.InvariantCulture, $"\n/Version /1.7 /Lang ({tag})");
        catalog.Append(CultureInfo.InvariantCulture, $"\n/Metadata {update.AddStream("/Type /Metadata /Subtype /XML", XmpPacket.Of(title, tag, creator), isPlain: true)} 0 R");
        var profile = update.AddStream("/N 3", SrgbProfile.Bytes);
        catalog.Append(CultureInfo.InvariantCulture, $"\n/OutputIntents [<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB IEC 61966-2-1) /DestOutputProfile {profile} 0 R>>]");
        if (drawn.Bookmarks.Count > 0)
            catalog.Append(CultureInfo.InvariantCulture, $"\n/PageMode /UseOutlines /Outlines {AddOutline(update, drawn.Bookmarks, pages.Pages())} 0 R");
        if (files.Count > 0)
            catalog.Append(AddFiles(update, files));
        if (signed is { } time)
            catalog.Append(CultureInfo.InvariantCulture, $"\n/AcroForm <</Fields [{AddSignature(update, pages, time)} 0 R] /SigFlags 3>>");
        ReplaceCatalog(update, pages, catalog.ToString());
        return update.Finish();
    }

    private static void ReplaceCatalog(PdfUpdate update, PdfFile pages, string added)
    {
        if (pages.Trailer["Root"] is not PdfValue.Reference root || pages.Catalog["Names"] is not PdfValue.Null)
            throw new InvalidOperationException("The pages' catalogue has another form than Skia writes.");
        update.Put(root.Object, Extended(pages, root, added));
    }

    /// <summary>A dictionary with entries added before its end.</summary>
    private static string Extended(PdfFile pages, PdfValue.Reference dictionary, string added) =>
        Encoding.Latin1.GetString(pages.Raw(dictionary.Object).Span)[..^2] + added + ">>";

    private static int AddOutline(PdfUpdate update, IReadOnlyList<Bookmark> bookmarks, IReadOnlyList<PdfValue.Reference> pages)
    {
        var root = update.Reserve();
        var numbers = bookmarks.Select(_ => update.Reserve()).ToArray();
        for (var i = 0; i < numbers.Length; i++)
        {
            var around = (i > 0 ? $" /Prev {numbers[i - 1]} 0 R" : "") + (i < numbers.Length - 1 ? $" /Next {numbers[i + 1]} 0 R" : "");
            var top = (Look.PageHeight - bookmarks[i].Y).ToString("0.##", CultureInfo.InvariantCulture);
            update.Put(numbers[i], $"<</Title {PdfUpdate.Text(bookmarks[i].Title)} /Parent {root} 0 R{around} /Dest [{pages[bookmarks[i].Page].Object} 0 R /XYZ null {top} null]>>");
        }
        update.Put(root, $"<</Type /Outlines /First {numbers[0]} 0 R /Last {numbers[^1]} 0 R /Count {numbers.Length}>>");
        return root;
    }

    private static string AddFiles(PdfUpdate update, IReadOnlyList<PackedFile> files)
    {
        if (files.DistinctBy(file => file.File.Name, StringComparer.Ordinal).Count() < files.Count)
            throw new ArgumentException("Two files have the same name inside the report.", nameof(files));
        var specifications = files.OrderBy(file => file.File.Name, StringComparer.Ordinal).Select(file => (file.File.Name, Number: AddFile(update, file.File, file.Stream))).ToArray();
        var names = string.Join(' ', specifications.Select(file => $"{Name(file.Name)} {file.Number} 0 R"));
        return $"\n/AF [{string.Join(' ', specifications.Select(file => $"{file.Number} 0 R"))}]\n/Names <</EmbeddedFiles <</Names [{names}]>>>>";
    }

    private static int AddFile(PdfUpdate update, EvidenceFile file, byte[] stream)
    {
        var size = file.Bytes.Length.ToString(CultureInfo.InvariantCulture);
        var data = update.AddDeflated($"/Type /EmbeddedFile /Subtype /{file.MediaType.Replace("/", "#2F", StringComparison.Ordinal)} /Params <</Size {size} /ModDate {PdfUpdate.Date(file.Time)}>>", stream);
        var name = Name(file.Name);
        return update.Add($"<</Type /Filespec /F {name} /UF {name} /Desc {PdfUpdate.Text(file.Path)} /AFRelationship /Data /EF <</F {data} 0 R /UF {data} 0 R>>>>");
    }

    /// <summary>A file's name: plain letters in PDFDocEncoding, others in Unicode.</summary>
    private static string Name(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? $"({name})" : PdfUpdate.Text(name);

    private static int AddSignature(PdfUpdate update, PdfFile pages, DateTimeOffset time)
    {
        var (field, value, page) = (update.Reserve(), update.Reserve(), pages.Pages()[0]);
        update.Put(value, $"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M {PdfUpdate.Date(time)}\n/ByteRange {SignatureSlot.EmptyRange}\n/Contents <{new string('0', 2 * SignatureRoom)}>>>");
        update.Put(field, $"<</Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /F {Printed + Locked} /Rect [0 0 0 0] /P {page.Object} 0 R /V {value} 0 R>>");
        var kept = pages.List(pages.Dictionary(page)["Annots"]).OfType<PdfValue.Reference>().Select(annotation => $"{annotation.Object} 0 R ");
        update.Put(page.Object, WithoutAnnotations(pages, page)[..^2] + $"\n/Annots [{string.Concat(kept)}{field} 0 R]>>");
        return field;
    }

    private static string WithoutAnnotations(PdfFile pages, PdfValue.Reference page)
    {
        var text = Encoding.Latin1.GetString(pages.Raw(page.Object).Span);
        var start = text.IndexOf("/Annots [", StringComparison.Ordinal);
        return start < 0 ? text : text[..start] + text[(text.IndexOf(']', start) + 1)..];
    }
}
