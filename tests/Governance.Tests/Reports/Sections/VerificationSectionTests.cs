using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Reports.Pdf;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What each form of a report says of its own signature.</summary>
public sealed class VerificationSectionTests
{
    [Fact]
    public void Only_a_file_that_is_signed_says_that_it_is()
    {
        using var key = SignedSample.NewKey();
        const string signed = "Thisfileiswhole,andwassigned";
        Assert.Contains(signed, Drawn(new Signer(key)), StringComparison.Ordinal);
        var unsigned = Drawn(null);
        Assert.DoesNotContain(signed, unsigned, StringComparison.Ordinal);
        Assert.Contains("Thisfilecarriesnosignature.", unsigned, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_says_that_the_commands_check_the_report_in_the_dossier_instead()
    {
        var page = WebPage.Of(ReportSamples.Approved);
        Assert.DoesNotContain("This file is whole", page, StringComparison.Ordinal);
        Assert.Contains("This page is not signed and carries no evidence", page, StringComparison.Ordinal);
        Assert.Contains("That report.pdf, not this page, is whole", page, StringComparison.Ordinal);
        Assert.DoesNotContain("That report.pdf, not this page, is whole", WebPage.Of(ReportSamples.Approved with { Signatures = [] }), StringComparison.Ordinal);
        Assert.Contains("このページには署名も根拠資料も含まれていません", WebPage.Of(ReportSamples.Approved, ReportLanguage.Japanese), StringComparison.Ordinal);
    }

    /// <summary>The text of a report, without spaces.</summary>
    private static string Drawn(Signer? signer)
    {
        using var document = ForeignReader.Open(AuditReport.Render(ReportSamples.Approved, ReportLanguage.English, FontSet.Bundled, signer));
        return string.Concat(document.GetPages().SelectMany(page => page.Letters).Select(letter => letter.Value)).Replace(" ", "", StringComparison.Ordinal);
    }
}
