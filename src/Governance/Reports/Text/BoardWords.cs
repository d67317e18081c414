using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Reports.Layout;

namespace Loragate.Governance.Reports.Text;

/// <summary>Says a rule's result to somebody who knows none of the terms: a sentence, then what was found on which items and what is allowed, in percent where it is a share of them.</summary>
internal sealed class BoardWords(ReportContents contents, ReportText text, ReportNumbers numbers)
{
    private const string NoChange = "no-op";
    private const int MostOfPurpose = 60;
    private readonly RuleWords _words = new(text, numbers);

    /// <summary>What failed or undecided rules mean. Those that mean the same follow one another, and it is said of the first.</summary>
    public IEnumerable<(RuleResult Rule, string Told)> Open(IEnumerable<RuleResult> rules) =>
        rules.GroupBy(Meaning, StringComparer.Ordinal).SelectMany(same => same.Select((rule, i) =>
            (rule, Open(rule, i == 0 ? same.Key : text.Fill("plain.again", ("rule", Legible.Shortened(rule.Id, MostOfPurpose)))))));

    /// <summary>What a passed rule showed; null where it measured nothing or the table has no words for its kind.</summary>
    public string? Shown(RuleResult rule) => text.Find($"plain.{rule.Check}.passed") is { } sentence && Figures(rule) is { } figures
        ? string.Join(text["report.space"], sentence, figures)
        : null;

    /// <summary>
    /// What a task is for, quoted in the policy's words and shortened; null where the policy does not say it in the report's language: a task's name tells nothing to somebody
    /// who does not know it.
    /// </summary>
    public string? PurposeOf(string task) => contents.Policy?.Tasks.GetValueOrDefault(task) is { } known && PolicyQuote.In(text.Language, known.Purpose, known.JapanesePurpose) is { } purpose
        ? text.Fill("plain.quoted", ("purpose", Legible.Shortened(purpose, MostOfPurpose)))
        : null;

    private string Open(RuleResult rule, string meaning)
    {
        IEnumerable<string?> sentences = [meaning, rule.Outcome == Outcome.Failed ? Figures(rule) : Needed(rule), TestedOn(rule)];
        return string.Join(text["report.space"], sentences.OfType<string>());
    }

    private string Meaning(RuleResult rule) => Meaning(rule, rule.Outcome == Outcome.Failed ? "failed" : "undecided");

    private string Meaning(RuleResult rule, string state) => (rule.Check, state) switch
    {
        ("inspection", "failed") when contents.Inspection.Findings.Any(finding => finding.Id == NoChange) => text["plain.inspection.no-change"],
        ("merge-fidelity", _) when rule.Reason == Reason.NothingMerged && IsUnchanged() => text["plain.merge-fidelity.unchanged"],
        ("approval", "undecided") when Missing() is { Length: > 0 } missing => text.Fill("plain.approval.missing", ("people", missing)),
        _ when text.Find($"plain.{rule.Check}.{rule.Reason}") is { } because => because,
        _ when text.Find($"plain.{rule.Check}.{state}") is { } known => known,
        _ => text.Fill($"plain.other.{state}", ("rule", Legible.Shortened(rule.Id, MostOfPurpose))),
    };

    /// <summary>Whether the merge left every weight as it was, which an update of zero alone does not say: rounding may have changed one.</summary>
    private bool IsUnchanged() => contents.Merge is { } merge && merge.Merged.All(tensor => tensor.Fidelity.LostNorm == 0);

    private string Missing() => string.Join(
        text["report.list"],
        (contents.Decision.Quorum ?? []).Where(role => role.Missing > 0).Select(role => text.Fill("plain.people", ("count", ReportNumbers.Count(role.Missing)), ("role", role.Role))));

    private string? Needed(RuleResult rule) => rule.Statistic is { ItemsNeeded: { } needed } statistic
        ? text.Fill("plain.needed", ("count", ReportNumbers.Count(needed)), ("items", ItemsOf(rule, statistic)))
        : null;

    private string? TestedOn(RuleResult rule) => rule.Task is { } task && PurposeOf(task) is { } purpose ? text.Fill("plain.tested", ("purpose", purpose)) : null;

    private string? Figures(RuleResult rule) => rule switch
    {
        { Statistic: { } statistic } when text.Find($"figures.{rule.Check}") is not null && IsCounted(rule, statistic) => Shares(rule, statistic),
        // A unit such as a log-likelihood tells a board nothing.
        { Statistic: not null } when RuleWords.IsInUnitOfMetric(rule) => text["plain.figures-unit"],
        { Statistic: { } statistic } => text.Fill("plain.figures", ("measured", numbers.Quantity(statistic.Estimate, RuleWords.KindOf(rule))), ("limit", _words.Threshold(rule, contents.Policy))),
        // A figure within its limit is not why a rule failed.
        { Figure: { } figure } when rule.Outcome != Outcome.Failed || figure.Value > figure.Limit => text.Fill(text.Find($"figures.{rule.Check}") is null ? "plain.figures" : $"figures.{rule.Check}", ("measured", numbers.Percent(figure.Value)), ("limit", numbers.Percent(figure.Limit))),
        _ => null,
    };

    /// <summary>Whether its numbers are shares, and more of them is better.</summary>
    private static bool IsCounted(RuleResult rule, Statistic statistic) =>
        RuleWords.KindOf(rule) is QuantityKind.Share or QuantityKind.Change or QuantityKind.Gap
        && statistic.Candidate is not null
        && !RuleWords.IsTurned(rule);

    private string Shares(RuleResult rule, Statistic statistic)
    {
        var (after, limit) = (statistic.Candidate!.Value, Math.Abs(statistic.Threshold));
        var neutral = after - statistic.Estimate;
        return text.Fill(
            $"figures.{rule.Check}",
            ("items", ItemsOf(rule, statistic)),
            ("before", numbers.Hundredths(statistic.Baseline ?? 0)), ("after", numbers.Hundredths(after)), ("gap", numbers.Hundredths(statistic.Estimate)),
            ("limit", numbers.HundredthsInFull(limit)), ("low", numbers.HundredthsInFull(neutral - limit)), ("high", numbers.HundredthsInFull(neutral + limit)));
    }

    /// <summary>How many items a rule counted, and, where its task has others, of how many and by what mark they were chosen.</summary>
    private string ItemsOf(RuleResult rule, Statistic statistic)
    {
        var all = contents.CandidateEvaluations.FirstOrDefault(evaluation => evaluation.Task == rule.Task)?.Report.CountDistinct() ?? 0;
        var marks = contents.Policy?.Rules.OfType<StatisticalRule>().FirstOrDefault(demand => demand.Id == rule.Id)?.Measure.Where ?? new Dictionary<string, string>();
        var key = (all > statistic.Items, marks.Count > 0) switch
        {
            (false, _) => "figures.items",
            (true, false) => "figures.items-of",
            (true, true) => "figures.items-marked",
        };
        var quoted = marks.OrderBy(mark => mark.Key, StringComparer.Ordinal).Select(mark => text.Fill("plain.quoted", ("purpose", Legible.Shortened(mark.Value, MostOfPurpose))));
        return text.Fill(key, ("items", ReportNumbers.Count(statistic.Items)), ("all", ReportNumbers.Count(all)), ("marks", string.Join(text["report.list"], quoted)));
    }
}
