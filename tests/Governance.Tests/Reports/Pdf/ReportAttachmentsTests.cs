using System.Globalization;
using System.IO.Compression;
using System.Text;
using Loragate.Testing;

namespace Loragate.Governance.Reports.Pdf;

public sealed class ReportAttachmentsTests
{
    private const string Sample = "approved";
    private const int Inflated = 1 << 20;

    [Fact]
    public void Evidence_comes_out_as_it_went_in()
    {
        var files = ReportSamples.WithFiles(ReportSamples.Approved).Files;
        var found = ReportAttachments.Read(PdfFile.Parse(SignedSample.Bytes(Sample, ReportLanguage.English), "r"), "r");
        Assert.Equal(files.OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => (file.Path, file.Digest, file.Time)), found.Select(file => (file.Path, file.Digest, file.Time)));
    }

    [Theory]
    [InlineData(ReportLanguage.English)]
    [InlineData(ReportLanguage.Japanese)]
    public void A_foreign_reader_takes_out_the_same_bytes(ReportLanguage language)
    {
        Assert.SkipUnless(Shell.Has("pdfdetach"), "poppler-utils is not installed.");
        using var folder = new TempFolder();
        var report = folder.Write("report.pdf", SignedSample.Bytes(Sample, language));
        Assert.Equal(0, Shell.Run("pdfdetach", folder.Path, "-saveall", "-o", folder.Path, report).ExitCode);
        Assert.All(ReportSamples.WithFiles(ReportSamples.Approved).Files, file => Assert.Equal(file.Bytes.ToArray(), File.ReadAllBytes(folder.PathTo(file.Name))));
    }

    [Theory]
    [MemberData(nameof(SignedSample.All), MemberType = typeof(SignedSample))]
    public void A_foreign_reader_sees_every_page_its_text_and_the_files(string name, ReportLanguage language)
    {
        using var document = ForeignReader.Open(SignedSample.Bytes(name, language));
        Assert.All(document.GetPages(), page => Assert.True(page.Letters.Count > 50, $"page {page.Number}"));
        Assert.True(document.Advanced.TryGetEmbeddedFiles(out var files));
        Assert.Contains(files, file => file.Name == "decision.json" && file.Bytes.SequenceEqual(ReportSamples.Named[name].Decision.ToCanonicalJson()));
        Assert.True(document.TryGetBookmarks(out var bookmarks));
        Assert.True(bookmarks.Roots.Count >= 8);
    }

    [Fact]
    public void Two_files_of_one_name_are_a_bug()
    {
        var contents = ReportSamples.Approved with
        {
            Files = [new EvidenceFile("a/b.json", "1"u8.ToArray(), default), new EvidenceFile("a.b.json", "2"u8.ToArray(), default)],
        };
        Assert.Throws<ArgumentException>(() => AuditReport.Render(contents, ReportLanguage.English, Fonts.FontSet.Bundled));
    }

    [Theory]
    [InlineData("")]
    [InlineData("%PDF-1.7\n")]
    [InlineData("%PDF-1.7\nstartxref\n9\n%%EOF\n")]
    [InlineData("%PDF-1.7\nxref\n0 99999999\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n")]
    [InlineData("%PDF-1.7\nxref\n0 0\ntrailer\n<</Root 1 0 R /Prev 9>>\nstartxref\n9\n%%EOF\n")]
    [InlineData("%PDF-1.7\nxref\n0 0\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n")]
    [InlineData("%PDF-1.7\nxref\n0 0\ntrailer\n<</Size 1 /Size 2>>\nstartxref\n9\n%%EOF\n")]
    [InlineData("%PDF-1.7\nxref\n0 0\ntrailer\n[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\nstartxref\n9\n%%EOF\n")]
    public void What_is_no_report_is_told_with_its_place(string text)
    {
        var exception = Assert.Throws<PdfException>(() => PdfFile.Parse(Encoding.Latin1.GetBytes(text), "hostile.pdf").Catalog);
        Assert.Contains("hostile.pdf", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%PDF-1.7\nxref\n0 0\ntrailer\n<</Root 1 0 R>>\nstartxref\n2147483647\n%%EOF\n")]
    [InlineData("%PDF-1.7\nxref\n0 0\ntrailer\n<</Root 1 0 R>>\nstartxref\n2147483643\n%%EOF\n")]
    [InlineData("%PDF-1.7\nxref\n1 1\n0000009999 00000 n \ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n")]
    [InlineData("%PDF-1.7\nxref\n1 1\n2147483647 00000 n \ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n")]
    public void A_place_beyond_the_files_end_is_told(string text)
    {
        var exception = Assert.Throws<PdfException>(() => PdfFile.Parse(Encoding.Latin1.GetBytes(text), "hostile.pdf").Catalog);
        Assert.Contains("where something is said to stand", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_whose_names_differ_in_folders_alone_are_refused() =>
        Assert.Contains("two associated files have the name 'a.b'", Refusal(Holding(("a/b", "a.b", 4), ("a.b", "a.b", 5))), StringComparison.Ordinal);

    [Fact]
    public void Two_files_with_one_stream_are_refused() =>
        Assert.Contains("one stream", Refusal(Holding(("a", "a", 4), ("b", "b", 4))), StringComparison.Ordinal);

    [Fact]
    public void Files_that_are_too_large_together_are_refused_before_they_are_read_whole()
    {
        var report = PdfFile.Parse(Holding(("a", "a", 4), ("b", "b", 5)), "r");
        Assert.Equal(2, ReportAttachments.Read(report, "r", 2 * Inflated).Count);
        Assert.Contains("a stream of more than", Assert.Throws<PdfException>(() => ReportAttachments.Read(report, "r", (2 * Inflated) - 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_damage_is_a_refusal_and_never_a_crash()
    {
        var report = SignedSample.Bytes(Sample, ReportLanguage.English);
        var random = new Random(11);
        for (var i = 0; i < 300; i++)
        {
            var damaged = report[..random.Next(report.Length / 2, report.Length)].Concat(report[(report.Length - 1500)..]).ToArray();
            for (var j = 0; j < 5; j++)
                damaged[random.Next(damaged.Length - 1500, damaged.Length)] = (byte)random.Next(256);
            try
            {
                _ = ReportAttachments.Read(PdfFile.Parse(damaged, "r"), "r");
            }
            catch (PdfException)
            {
            }
        }
    }

    private static string Refusal(byte[] report) => Assert.Throws<PdfException>(() => ReportAttachments.Read(PdfFile.Parse(report, "r"), "r")).Message;

    /// <summary>A file with these associated files, whose bytes are in the streams 4 and 5, each of a mebibyte of zeros.</summary>
    private static byte[] Holding(params (string Path, string Name, int Stream)[] files)
    {
        using var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(new byte[Inflated]);
        var stream = $"<</Length {deflated.Length} /Filter /FlateDecode /Params <</ModDate (D:20260101000000Z)>>>>\nstream\n{Encoding.Latin1.GetString(deflated.ToArray())}\nendstream";
        string[] objects =
        [
            "<</Type /Catalog /AF [2 0 R 3 0 R]>>",
            .. files.Select(file => $"<</Type /Filespec /UF ({file.Name}) /Desc ({file.Path}) /EF <</F {file.Stream} 0 R>>>>"),
            stream,
            stream,
        ];
        var (pdf, table) = (new StringBuilder("%PDF-1.7\n"), new StringBuilder($"xref\n1 {objects.Length}\n"));
        foreach (var (i, body) in objects.Index())
        {
            table.Append(CultureInfo.InvariantCulture, $"{pdf.Length:0000000000} 00000 n \n");
            pdf.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{body}\nendobj\n");
        }
        return Encoding.Latin1.GetBytes($"{pdf}{table}trailer\n<</Root 1 0 R>>\nstartxref\n{pdf.Length}\n%%EOF\n");
    }
}
