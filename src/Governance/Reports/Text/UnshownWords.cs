using Loragate.Governance.Reports.Fonts;

namespace Loragate.Governance.Reports.Text;

/// <summary>What is said of characters that no font shows.</summary>
internal static class UnshownWords
{
    /// <summary>The note for whoever has the report written; English, as all that the tool says.</summary>
    public static string Of(IEnumerable<Script> scripts)
    {
        var text = ReportText.Load(ReportLanguage.English);
        return string.Join(text["report.space"], scripts.Select(script => Limit(script, text)));
    }

    /// <summary>The sentence for the report's limits. A font helps where reports use one: installing one of another script would change nothing.</summary>
    public static string Limit(Script script, ReportText text) => script == Script.Japanese
        ? text["limits.script-japanese"]
        : text.Fill("limits.script", ("script", text[$"script.{script.ToString().ToLowerInvariant()}"]));
}
