using System.Globalization;
using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Approvals;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Ci;

/// <summary>
/// A decision as Markdown (GitHub Flavored Markdown 0.29), for the summary page of a CI job: the verdict, a row a rule, the findings. Whatever
/// comes from outside is text and nothing else: no markup, link, image or mention of it takes effect.
/// </summary>
public static class StepSummary
{
    // GitHub shows a summary of at most 1 MiB; an adapter can have a finding for each of its tensors.
    private const int MostFindings = 50;
    private const int LongestText = 2_000;

    /// <summary>Renders the summary; the same bytes for the same arguments.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="inspection">The inspection that it rests on.</param>
    /// <returns>UTF-8 Markdown.</returns>
    public static byte[] Render(Decision decision, Inspection inspection)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(inspection);
        var page = new StringBuilder();
        Line(page, $"## {decision.Verdict}: {Text(decision.Adapter.Name)}");
        Line(page, "");
        Line(page, $"By policy {Text(decision.Policy.Name)} {Text(decision.Policy.Version)}, as of {decision.AsOf:yyyy-MM-dd}.");
        Line(page, "");
        if (RevocationWords.InEnglish(decision) is { } revoked)
        {
            Line(page, $"**{Text(revoked)}**");
            Line(page, "");
        }
        var lifted = LiftedRule.In(decision, decision.AsOf).ToDictionary(rule => rule.Rule, rule => rule.Until, StringComparer.Ordinal);
        Table(page, ["rule", "severity", "outcome", "why"], decision.Rules.Select(rule => new[] { Text(rule.Id), rule.Severity.ToString(), Marked(rule.Outcome, lifted.TryGetValue(rule.Id, out var until) ? until : null), Text(rule.Summary) }));
        foreach (var missing in decision.Quorum?.Where(role => role.Missing > 0) ?? [])
            Line(page, $"Still to approve: {missing.Missing} of {missing.People} in the role {Text(missing.Role)}.");
        if (inspection.Findings.Count > 0)
            Findings(page, inspection.Findings);
        Table(page, ["what", "SHA-256"], [["adapter", $"`{decision.Adapter.Digest}`"], ["policy", $"`{decision.Policy.Digest}`"], ["decision", $"`{decision.ComputeDigest()}`"]]);
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    private static void Findings(StringBuilder page, IReadOnlyList<Finding> findings)
    {
        Line(page, "### What the inspection found");
        Line(page, "");
        Table(page, ["finding", "severity", "where", "what", "advice"], findings.OrderByDescending(finding => finding.Severity).Take(MostFindings)
            .Select(finding => new[] { Text(finding.Id), finding.Severity.ToString(), Text(finding.Where), Text(finding.Message), Text(finding.Advice) }));
        if (findings.Count > MostFindings)
            Line(page, $"{findings.Count - MostFindings} more are in the dossier.");
    }

    private static void Table(StringBuilder page, string[] heads, IEnumerable<string[]> rows)
    {
        Line(page, $"| {string.Join(" | ", heads)} |");
        Line(page, string.Concat(Enumerable.Repeat("| --- ", heads.Length)) + "|");
        foreach (var row in rows)
            Line(page, $"| {string.Join(" | ", row)} |");
        Line(page, "");
    }

    /// <summary>What did not pass stands out, with the last day of the exception that lifts it.</summary>
    private static string Marked(Outcome outcome, DateOnly? until) => (outcome, until) switch
    {
        (Outcome.Passed, _) => $"{outcome}",
        (_, { } last) => string.Create(CultureInfo.InvariantCulture, $"**{outcome}** until {last:yyyy-MM-dd}"),
        _ => $"**{outcome}**",
    };

    private static void Line(StringBuilder page, FormattableString line) => Line(page, line.ToString(CultureInfo.InvariantCulture));

    private static void Line(StringBuilder page, string line) => page.Append(line).Append('\n');

    /// <summary>
    /// Text that means itself: punctuation that Markdown or HTML gives a meaning becomes a character reference (GFM §6.2), which neither starts
    /// markup, nor ends a cell, nor makes a web address or a name into a link.
    /// </summary>
    private static string Text(string text)
    {
        var shown = Printable.Of(text.Length > LongestText ? text[..LongestText] + " …" : text);
        var safe = new StringBuilder(shown.Length);
        for (var i = 0; i < shown.Length; i++)
        {
            if (IsMarkup(shown[i]) || (shown[i] == '.' && EndsInWww(shown.AsSpan(0, i))))
                safe.Append(CultureInfo.InvariantCulture, $"&#{(int)shown[i]};");
            else
                safe.Append(shown[i]);
        }
        return safe.ToString();
    }

    private static bool IsMarkup(char c) => c is '\\' or '`' or '*' or '_' or '{' or '}' or '[' or ']' or '<' or '>' or '(' or ')' or '#' or '!' or '|' or '~' or '&' or '"' or '$' or '@' or ':';

    /// <summary>"www." makes a link without any scheme.</summary>
    private static bool EndsInWww(ReadOnlySpan<char> before) => before.EndsWith("www", StringComparison.OrdinalIgnoreCase);
}
