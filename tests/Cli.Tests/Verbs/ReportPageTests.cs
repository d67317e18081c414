using System.Text;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>The pages of a report say what the evidence inside says, or that this is not proved.</summary>
public sealed class ReportPageTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void A_number_that_was_changed_on_a_page_is_refused()
    {
        var report = File.ReadAllBytes(demo.ReportOf("routing-good"));
        report[report.AsSpan().IndexOf("/FlateDecode"u8) + 60] ^= 1; // the first page's text
        demo.AssertRefused(report, "changed after signing");
        // Somebody who redraws the page and signs again has another key.
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        _ = KeyFile.New(_temp.PathTo("other.pem"), KeyType.P256);
        using var other = SigningKey.Read(_temp.PathTo("other.pem"));
        var shown = contents.CandidateEvaluations[0];
        IReadOnlyList<TaskEvaluation> altered = [shown with { Report = shown.Report with { Metrics = [shown.Report.Metrics[0] with { Value = 0.999 }] } }, .. contents.CandidateEvaluations.Skip(1)];
        demo.AssertRefused(AuditReport.Render(contents with { CandidateEvaluations = altered }, ReportLanguage.English, FontSet.Bundled, new Signer(other)), "not with the trusted key");
        // Even the gate's own key does not make other pages the evidence's own.
        demo.AssertRefused(demo.Sign(contents with { Build = Tool.Version, CandidateEvaluations = altered }), "the pages do not say what the evidence inside says");
    }

    [Theory]
    [InlineData("0.0.9+another", "they were drawn by another build of loragate")]
    [InlineData(null, "nothing shows that this build of loragate")]
    public void Pages_that_another_build_drew_are_told_as_not_proved_though_this_one_judged(string? build, string because)
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        var report = demo.Sign(contents with
        {
            Build = build,
            Run = contents.Run with { Host = "told otherwise" },
            Decision = contents.Decision with { Adapter = contents.Decision.Adapter with { Name = "worded otherwise" } },
        });
        var shown = demo.Verify(_temp.Write("foreign.pdf", report));
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains($"Not proved: that the pages say what the evidence says: {because}", shown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_of_another_build_that_this_one_draws_alike_are_proved()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        var shown = demo.Verify(_temp.Write("alike.pdf", demo.Sign(contents with { Build = "0.0.9+another" })));
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains("drawn again from the evidence inside", shown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_of_a_dossier_names_the_build_that_drew_it()
    {
        Executable.Must("report", "--dossier", demo.DossierOf("routing-good"), "--output", _temp.PathTo("again.pdf"));
        Assert.All([demo.ReportOf("routing-good"), _temp.PathTo("again.pdf")], path =>
            Assert.Contains($"<xmp:CreatorTool>loragate {Tool.Version}</xmp:CreatorTool>", Encoding.UTF8.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal));
    }

    [Fact]
    public void Japanese_pages_that_this_build_draws_otherwise_from_the_same_font_are_refused()
    {
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        var shown = contents.CandidateEvaluations[0];
        IReadOnlyList<TaskEvaluation> altered = [shown with { Report = shown.Report with { Metrics = [shown.Report.Metrics[0] with { Value = 0.999 }] } }, .. contents.CandidateEvaluations.Skip(1)];
        using var key = SigningKey.Read(demo.Key);
        byte[] Drawn(ReportContents told) => AuditReport.Render(told, ReportLanguage.Japanese, FontSet.For(ReportLanguage.Japanese), new Signer(key));
        var honest = demo.Verify(_temp.Write("honest.pdf", Drawn(contents)));
        Assert.True(honest.ExitCode == 0, honest.Error);
        Assert.Contains("drawn again from the evidence inside", honest.Error, StringComparison.Ordinal);
        demo.AssertRefused(Drawn(contents with { Build = Tool.Version, CandidateEvaluations = altered }), "the pages do not say what the evidence inside says");
    }

    public void Dispose() => _temp.Dispose();
}
