using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Sections;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports;

/// <summary>
/// The audit report as a PDF (ISO 32000-1), A4: first the decision for whoever must take it, then the evidence for whoever must check it.
/// </summary>
public static class AuditReport
{
    /// <summary>
    /// Renders the report. The bytes depend on the arguments alone: no clock, host, culture or random id goes into them.
    /// All fonts are embedded as TrueType subsets with Unicode maps.
    /// </summary>
    /// <param name="contents">The records.</param>
    /// <param name="language">The report's language.</param>
    /// <param name="fonts">The fonts; a Japanese report needs <see cref="FontSet.Japanese"/>.</param>
    /// <exception cref="ReportFontException">The language has no font in <paramref name="fonts"/>.</exception>
    public static byte[] Render(ReportContents contents, ReportLanguage language, FontSet fonts)
    {
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(fonts);
        var text = ReportText.Load(language);
        using var type = new Typesetter(fonts, language);
        return PdfDocument.Write(
            Sections(text).SelectMany(section => section.Compose(contents)),
            Around(contents, text),
            text.Fill("report.pdf-title", ("adapter", contents.Decision.Adapter.Name)),
            type);
    }

    private static IReadOnlyList<Section> Sections(ReportText text) =>
    [
        new DecisionSection(text),
        new ComparisonSection(text),
        new RulesSection(text),
        new ApprovalsSection(text),
        new MergeSection(text),
        new InspectionSection(text),
        new LineageSection(text),
        new SignaturesSection(text),
        new VerificationSection(text),
        new LimitsSection(text),
    ];

    private static Furniture Around(ReportContents contents, ReportText text) => new(
        text["report.title"],
        contents.Decision.Adapter.Name,
        text.Fill("report.decision-digest", ("digest", contents.Decision.ComputeDigest().Hex)),
        (page, count) => text.Fill("report.page", ("page", ReportNumbers.Count(page)), ("count", ReportNumbers.Count(count))));
}
