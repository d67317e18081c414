using System.Text;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>A report that is not the gate's, not whole, or none.</summary>
public sealed class ReportTamperTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void Bytes_that_were_swapped_in_the_file_are_refused()
    {
        var report = File.ReadAllBytes(demo.ReportOf("routing-good"));
        var at = report.AsSpan().IndexOf("/Desc"u8) - 400; // inside a compressed evidence file
        report[at] ^= 0x10;
        demo.AssertRefused(report, "");
    }

    [Fact]
    public void An_update_that_was_appended_is_refused()
    {
        var report = File.ReadAllBytes(demo.ReportOf("routing-good"));
        var text = Encoding.Latin1.GetString(report);
        var table = text[(text.LastIndexOf("startxref\n", StringComparison.Ordinal) + 10)..text.LastIndexOf("\n%%EOF", StringComparison.Ordinal)];
        var root = System.Text.RegularExpressions.Regex.Match(text, @"/Root (\d+) 0 R").Groups[1].Value;
        const string planted = "9000 0 obj\n<</Planted true>>\nendobj\n";
        var appended = $"{planted}xref\n9000 1\n{report.Length:0000000000} 00000 n \ntrailer\n<</Size 9001 /Root {root} 0 R /Prev {table}>>\nstartxref\n{report.Length + planted.Length}\n%%EOF\n";
        demo.AssertRefused([.. report, .. Encoding.Latin1.GetBytes(appended)], "does not cover the whole file");
    }

    [Fact]
    public void A_report_without_its_signature_is_refused()
    {
        Executable.Must("report", "--dossier", demo.DossierOf("routing-good"), "--output", _temp.PathTo("unsigned.pdf"));
        demo.AssertRefused(File.ReadAllBytes(_temp.PathTo("unsigned.pdf")), "not signed");
    }

    [Fact]
    public void What_nobody_trusted_signed_is_read_no_further()
    {
        _ = KeyFile.New(_temp.PathTo("other.pem"), KeyType.P256);
        using var other = SigningKey.Read(_temp.PathTo("other.pem"));
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        var planted = new EvidenceFile("inspection.json", "no record"u8.ToArray(), contents.Run.Created);
        var report = AuditReport.Render(contents with { Files = [.. contents.Files.Where(file => file.Path != planted.Path), planted] }, ReportLanguage.English, FontSet.Bundled, new Signer(other));
        var shown = demo.Verify(_temp.Write("planted.pdf", report));
        Assert.Equal(3, shown.ExitCode);
        Assert.Contains("no more of the report was read", shown.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(planted.Path, shown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_report_is_malformed()
    {
        var shown = demo.Verify(_temp.Write("note.pdf", "a note"u8));
        Assert.Equal(4, shown.ExitCode);
        Assert.Contains("note.pdf", shown.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();
}
