using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Loragate.Governance.Reports.Html;

namespace Loragate.Governance.Reports;

/// <summary>A report as a web page, as a test reads it: characters for themselves, and pieces that stay on one line unmarked.</summary>
internal static partial class WebPage
{
    public static string Of(ReportContents contents, ReportLanguage language = ReportLanguage.English) =>
        Whole().Replace(WebUtility.HtmlDecode(Encoding.UTF8.GetString(HtmlReport.Render(contents, language))), "$1");

    [GeneratedRegex("<span class=\"whole\">(.*?)</span>")]
    private static partial Regex Whole();
}
