using System.CommandLine;
using Loragate.Governance.Reports;

namespace Loragate.Cli.Verbs;

/// <summary><c>--lang en|ja</c>.</summary>
internal static class LanguageOption
{
    public static Option<string> Create() =>
        new Option<string>("--lang") { Description = "The report's language.", DefaultValueFactory = _ => "en" }.AcceptOnlyFromAmong("en", "ja");

    public static ReportLanguage Parse(string text) => text == "ja" ? ReportLanguage.Japanese : ReportLanguage.English;
}
