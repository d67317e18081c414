using System.Globalization;
using System.Text;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>Takes the evidence out of a report.</summary>
internal static class ReportAttachments
{
    private const int MostFiles = 10_000;

    /// <summary>The most that all files of a report hold together, in bytes.</summary>
    internal const int MostBytes = 512 << 20;

    // What is signed and logged only after a decision: its proof, the verdict, model.sig and the statements, each small or as large as the decision.
    private const int FilesOfProofs = 10;
    private const int BytesOfProofs = 16 << 20;

    private const string Date = "'D:'yyyyMMddHHmmss'Z'";

    /// <summary>The associated files, each once, as they were put in.</summary>
    /// <param name="file">The report.</param>
    /// <param name="place">Its name, for messages.</param>
    /// <param name="most">The most that all of them hold together, in bytes.</param>
    /// <exception cref="PdfException">Files without a name, with a stream that another has, larger than is read, or of another form than that of reports.</exception>
    public static IReadOnlyList<EvidenceFile> Read(PdfFile file, string place, int most = MostBytes)
    {
        var specifications = file.List(file.Catalog["AF"]);
        if (specifications.Count > MostFiles)
            throw new PdfException(place, file.Table, $"more than {MostFiles} associated files");
        List<EvidenceFile> files = [];
        HashSet<PdfValue> streams = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var specification in specifications.Select(file.Dictionary))
        {
            var data = file.Dictionary(specification["EF"])["F"];
            if (!streams.Add(data))
                throw new PdfException(place, file.Table, "two associated files have the same bytes in one stream");
            var one = Read(file, specification, data, place, most);
            most -= one.Bytes.Length;
            files.Add(names.Add(one.Name) ? one : throw new PdfException(place, file.Table, $"two associated files have the name '{one.Name}'"));
        }
        return files;
    }

    /// <summary>Requires that files are few and small enough to be read again, before they are put into a report.</summary>
    /// <param name="files">The files.</param>
    /// <param name="most">The most that all of them hold together, in bytes.</param>
    /// <exception cref="ReportSizeException">They are not; it names the largest and says what to leave out.</exception>
    public static void RequireReadable(IReadOnlyList<EvidenceFile> files, int most = MostBytes) =>
        Require([.. files.Select(file => (file.Path, (long)file.Bytes.Length))], MostFiles, most, "");

    /// <summary>Requires the same before a decision is logged, with room for what is signed and logged from then on.</summary>
    /// <param name="files">The files and their bytes.</param>
    /// <exception cref="ReportSizeException">There is none.</exception>
    public static void RequireRoom(IReadOnlyList<(string Path, long Bytes)> files) => Require(
        files, MostFiles - FilesOfProofs, MostBytes - BytesOfProofs, string.Create(CultureInfo.InvariantCulture, $" and {FilesOfProofs} of {BytesOfProofs} bytes are kept for signatures and proof"));

    private static void Require(IReadOnlyList<(string Path, long Bytes)> files, int mostFiles, long mostBytes, string kept)
    {
        var bytes = files.Sum(file => file.Bytes);
        if (files.Count <= mostFiles && bytes <= mostBytes)
            return;
        var largest = files.OrderByDescending(file => file.Bytes).ThenBy(file => file.Path, StringComparer.Ordinal).Take(3)
            .Select(file => string.Create(CultureInfo.InvariantCulture, $"'{file.Path}' ({file.Bytes} bytes)"));
        throw new ReportSizeException(string.Create(
            CultureInfo.InvariantCulture,
            $"{files.Count} files of {bytes} bytes together, where a report carries at most {mostFiles} of {mostBytes} bytes{kept}; the largest are {string.Join(", ", largest)}"));
    }

    private static EvidenceFile Read(PdfFile file, PdfValue.Dictionary specification, PdfValue data, string place, int most)
    {
        if (Text(specification["Desc"]) is not { } path || Text(specification["UF"]) != EvidenceFile.NameOf(path))
            throw new PdfException(place, file.Table, "an associated file whose names disagree");
        return DateTimeOffset.TryParseExact(Text(file.Dictionary(file.Dictionary(data)["Params"])["ModDate"]), Date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new EvidenceFile(path, file.Stream(data, most), time)
            : throw new PdfException(place, file.Table, $"the associated file '{path}' has no date");
    }

    private static string? Text(PdfValue value) => value switch
    {
        PdfValue.Text { Bytes.Span: [0xFE, 0xFF, .. var utf16] } => Encoding.BigEndianUnicode.GetString(utf16),
        PdfValue.Text text => Encoding.Latin1.GetString(text.Bytes.Span),
        _ => null,
    };
}
