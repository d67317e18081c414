using System.Globalization;
using System.Text;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>Takes the evidence out of a report.</summary>
internal static class ReportAttachments
{
    private const int MostFiles = 10_000;
    private const string Date = "'D:'yyyyMMddHHmmss'Z'";

    /// <summary>The associated files, each once, as they were put in.</summary>
    /// <exception cref="PdfException">Files without a name, or of another form than that of reports.</exception>
    public static IReadOnlyList<EvidenceFile> Read(PdfFile file, string place)
    {
        var specifications = file.List(file.Catalog["AF"]);
        if (specifications.Count > MostFiles)
            throw new PdfException(place, file.Table, $"more than {MostFiles} associated files");
        List<EvidenceFile> files = [.. specifications.Select(specification => Read(file, file.Dictionary(specification), place))];
        return files.DistinctBy(one => one.Path, StringComparer.Ordinal).Count() == files.Count
            ? files
            : throw new PdfException(place, file.Table, "two associated files have the same name");
    }

    private static EvidenceFile Read(PdfFile file, PdfValue.Dictionary specification, string place)
    {
        var data = file.Dictionary(specification["EF"])["F"];
        if (Text(specification["Desc"]) is not { } path || Text(specification["UF"]) != EvidenceFile.NameOf(path))
            throw new PdfException(place, file.Table, "an associated file whose names disagree");
        return DateTimeOffset.TryParseExact(Text(file.Dictionary(file.Dictionary(data)["Params"])["ModDate"]), Date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new EvidenceFile(path, file.Stream(data), time)
            : throw new PdfException(place, file.Table, $"the associated file '{path}' has no date");
    }

    private static string? Text(PdfValue value) => value switch
    {
        PdfValue.Text { Bytes.Span: [0xFE, 0xFF, .. var utf16] } => Encoding.BigEndianUnicode.GetString(utf16),
        PdfValue.Text text => Encoding.Latin1.GetString(text.Bytes.Span),
        _ => null,
    };
}
