using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;

namespace Loragate.Governance.Reports.Text;

/// <summary>The required rules that hold only by exception: what each came to without it, to somebody who knows none of the terms, and the exception's last day.</summary>
internal sealed class WaiverWords(ReportContents contents, ReportText text, ReportNumbers numbers)
{
    /// <summary>Those rules.</summary>
    public static RuleResult[] Lifted(Decision decision) => [.. decision.Rules.Where(rule => rule is { Severity: Severity.Block, Outcome: Outcome.Waived })];

    /// <summary>Those of them that valid waivers lift, each with the last day of the last of them.</summary>
    public static IEnumerable<LiftedRule> Ends(Decision decision)
    {
        var required = Lifted(decision).Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        return LiftedRule.In(decision, decision.AsOf).Where(lifted => required.Contains(lifted.Rule));
    }

    /// <summary>The sentence above them: how many there are; null where there are none.</summary>
    public string? Title => Lifted(contents.Decision).Length is > 0 and var count ? text.Fill("decision.why-lifted", ("count", ReportNumbers.Count(count))) : null;

    /// <summary>Each with a sentence or more.</summary>
    public IEnumerable<(RuleResult Rule, string Told)> All()
    {
        var ends = Ends(contents.Decision).ToDictionary(lifted => lifted.Rule, lifted => lifted.Until, StringComparer.Ordinal);
        return from each in new BoardWords(contents, text, numbers).Open(Lifted(contents.Decision).Select(Bare))
               let end = ends.TryGetValue(each.Rule.Id, out var day) ? text.Fill("plain.lifted", ("day", numbers.Day(day))) : null
               select (each.Rule, end is null ? each.Told : string.Join(text["report.space"], each.Told, end));
    }

    /// <summary>The rule as it was before its waiver, where the decision tells.</summary>
    private static RuleResult Bare(RuleResult rule) => rule.Lifted is { } lifted ? rule with { Outcome = lifted.Outcome, Reason = lifted.Reason } : rule;
}
