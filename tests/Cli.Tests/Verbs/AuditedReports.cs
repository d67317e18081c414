using Loragate.Governance.Keys;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>The demo's reports as an auditor verifies them, and others under the gate's own key.</summary>
internal static class AuditedReports
{
    public static string ReportOf(this FinishedDemo demo, string adapter) => Path.Combine(demo.DossierOf(adapter), "report.pdf");

    public static ShellResult Verify(this FinishedDemo demo, string report) => Executable.Run("verify", report, "--key", demo.PublicKey, "--vkey", demo.VKey);

    public static byte[] Sign(this FinishedDemo demo, ReportContents contents)
    {
        using var key = SigningKey.Read(demo.Key);
        return AuditReport.Render(contents, ReportLanguage.English, FontSet.Bundled, new Signer(key));
    }

    public static void AssertRefused(this FinishedDemo demo, byte[] report, string because)
    {
        using var temp = new TempFolder();
        var shown = demo.Verify(temp.Write("planted.pdf", report));
        Assert.True(shown.ExitCode == 3, $"{shown.ExitCode}: {shown.Error}");
        Assert.Contains(because, shown.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("words it otherwise", shown.Error, StringComparison.Ordinal);
    }
}
