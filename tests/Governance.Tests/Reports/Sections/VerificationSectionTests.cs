using System.Text;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Reports.Html;
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

    [Fact]
    public void Where_nobody_signed_every_form_says_so_first_and_none_tells_of_a_signed_report_or_asks_for_the_gates_key()
    {
        // As a gate without a key has it: it would have made the signatures itself.
        var contents = ReportSamples.Approved with { Signatures = [], SignaturesAreChecked = true };
        var page = WebPage.Of(contents);
        Assert.Contains("Nobody has signed this dossier", page[..page.IndexOf("Original and changed model compared", StringComparison.Ordinal)], StringComparison.Ordinal);
        var drawn = Drawn(null, contents);
        Assert.Contains("Nobodyhassignedthisdossier", drawn[..drawn.IndexOf("Originalandchangedmodelcompared", StringComparison.Ordinal)], StringComparison.Ordinal);
        var card = Encoding.UTF8.GetString(ModelCard.Render(contents, ReportLanguage.English));
        var compared = Encoding.UTF8.GetString(ComparePage.Render([ReportSamples.Approved, contents], ReportLanguage.English));
        Assert.All([page, card, compared], each =>
        {
            Assert.Contains("Nobody has signed this dossier", each, StringComparison.Ordinal);
            Assert.DoesNotContain("The signed report carries", each, StringComparison.Ordinal);
            Assert.DoesNotContain("Each candidate has a signed report", each, StringComparison.Ordinal);
            Assert.DoesNotContain("What a gate signs", each, StringComparison.Ordinal);
        });
        Assert.All([page, drawn], each => Assert.DoesNotContain("PUBLIC.pem", each, StringComparison.Ordinal));
        Assert.All([page, drawn], each => Assert.Contains("LEDGER.vkey", each, StringComparison.Ordinal));
        Assert.Contains("PUBLIC.pem", Drawn(null), StringComparison.Ordinal);
        Assert.DoesNotContain("PUBLIC.pem", WebPage.Of(contents, ReportLanguage.Japanese), StringComparison.Ordinal);
        Assert.Contains("The signed report carries all of them.", Encoding.UTF8.GetString(ModelCard.Render(ReportSamples.Approved, ReportLanguage.English)), StringComparison.Ordinal);
    }

    /// <summary>The text of a report, without spaces.</summary>
    private static string Drawn(Signer? signer, ReportContents? contents = null)
    {
        using var document = ForeignReader.Open(AuditReport.Render(contents ?? ReportSamples.Approved, ReportLanguage.English, FontSet.Bundled, signer));
        return string.Concat(document.GetPages().SelectMany(page => page.Letters).Select(letter => letter.Value)).Replace(" ", "", StringComparison.Ordinal);
    }
}
