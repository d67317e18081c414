using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Pdf;
using Loragate.Testing;

namespace Loragate.Cli.Reports;

/// <summary>The demo's reports keep to the rules for pages and files; those for archives are in <see cref="ArchiveSyntaxTests"/> and its neighbours.</summary>
public sealed class DemoReportTests
{
    public static TheoryData<string, ReportLanguage> All => SignedSample.All;

    [Theory, MemberData(nameof(All))]
    public void No_text_runs_over_a_margin_or_over_another_text(string name, ReportLanguage language) => PageRules.Check(SignedSample.Bytes(name, language));

    [Theory, MemberData(nameof(All))]
    public void Every_font_is_an_embedded_subset_with_a_Unicode_map(string name, ReportLanguage language)
    {
        Assert.SkipUnless(Shell.Has("pdffonts"), "poppler-utils is not installed.");
        FileRules.CheckFonts(SignedSample.PathTo(name, language));
    }

    [Theory, MemberData(nameof(All))]
    public void The_file_is_sound(string name, ReportLanguage language)
    {
        Assert.SkipUnless(Shell.Has("qpdf"), "qpdf is not installed.");
        FileRules.CheckSyntax(SignedSample.PathTo(name, language));
    }
}
