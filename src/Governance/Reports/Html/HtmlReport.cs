using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Html;

/// <summary>The audit report as one web page: the same parts as the PDF, readable on a phone and on paper, with a rule table that can be sorted.</summary>
public static class HtmlReport
{
    /// <summary>Renders the page, UTF-8. The bytes depend on the arguments alone.</summary>
    /// <param name="contents">The records.</param>
    /// <param name="language">The page's language.</param>
    public static byte[] Render(ReportContents contents, ReportLanguage language)
    {
        ArgumentNullException.ThrowIfNull(contents);
        var text = ReportText.Load(language);
        contents = contents with { Form = ReportForm.Page };
        return HtmlPage.Write(
            AuditReport.Sections(text).SelectMany(section => section.Compose(contents)),
            text.Fill("report.pdf-title", ("adapter", contents.Decision.Adapter.Name)),
            text,
            text.Fill(contents.Signatures.Count == 0 ? "html.note-unsigned" : "html.note", ("digest", contents.Decision.ComputeDigest().Hex)));
    }
}
