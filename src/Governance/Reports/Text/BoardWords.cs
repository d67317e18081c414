using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Rules;
using Loragate.Governance.Reports.Layout;

namespace Loragate.Governance.Reports.Text;

/// <summary>Says a rule's result to somebody who knows none of the terms: a sentence, then what was found on which items and what is allowed, in percent where it is a share of them.</summary>
internal sealed class BoardWords(ReportContents contents, ReportText text, ReportNumbers numbers)
{
    private const string NoChange = "no-op";
    private const int MostOfPurpose = 60;
    private readonly RuleWords _words = new(text, numbers);

    /// <summary>What rules mean that did not pass. Those that mean the same follow one another, and it is said of the first.</summary>
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
        IEnumerable<string?> sentences = [meaning, rule.Outcome == Outcome.Undecided ? Needed(rule) : Figures(rule), TestedOn(rule)];
        return string.Join(text["report.space"], sentences.OfType<string>());
    }

    private string Meaning(RuleResult rule) => Meaning(rule, rule.Outcome switch
    {
        Outcome.Failed => "failed",
        Outcome.Waived => "waived",
        _ => "undecided",
    });

    private string Meaning(RuleResult rule, string state) => (rule.Check, state) switch
    {
        ("inspection", "failed") when contents.Inspection.Findings.Any(finding => finding.Id == NoChange) => text["plain.inspection.no-change"],
        ("merge-fidelity", _) when rule.Reason == Reason.NothingMerged && IsUnchanged() => text["plain.merge-fidelity.unchanged"],
        ("approval", "undecided") when rule.Reason is not (Reason.AuthorUnknown or Reason.TrustMissing) && Missing() is { Length: > 0 } missing => text.Fill("plain.approval.missing", ("people", missing)),
        ("evidence-freshness", "failed") when text.Find($"plain.evidence-freshness.{rule.Reason}") is not null => Age(rule),
        _ when text.Find($"plain.{rule.Check}.{rule.Reason}") is { } because => because,
        _ when text.Find($"plain.{rule.Check}.{state}") is { } known => known,
        _ => text.Fill($"plain.other.{state}", ("rule", Legible.Shortened(rule.Id, MostOfPurpose))),
    };

    /// <summary>Whether the merge left every weight as it was, which an update of zero alone does not say: rounding may have changed one.</summary>
    private bool IsUnchanged() => contents.Merge is { } merge && merge.Merged.All(tensor => tensor.Fidelity.LostNorm == 0);

    /// <summary>From when the evidence is, and how old it may be, where the policy is at hand.</summary>
    private string Age(RuleResult rule)
    {
        var (made, day) = (DateOnly.FromDateTime(contents.OldestRun.Record.Created.UtcDateTime), contents.Decision.AsOf);
        var told = text.Fill($"plain.evidence-freshness.{rule.Reason}", ("made", numbers.Day(made)), ("day", numbers.Day(day)));
        return rule.Reason == Reason.Stale && contents.Policy?.Rules.OfType<EvidenceFreshnessRule>().FirstOrDefault(demand => demand.Id == rule.Id) is { } demand
            ? string.Join(text["report.space"], told, text.Fill("plain.evidence-freshness.age", ("age", ReportNumbers.Count(day.DayNumber - made.DayNumber)), ("limit", ReportNumbers.Count(demand.MaximumDays))))
            : told;
    }

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
        _ when WeightLimits.AreWhy(rule) && new WeightLimits(contents, text, numbers).Exceeded(rule).ToArray() is { Length: > 0 } harmed =>
            string.Join(text["report.space"], harmed.Select(each => text.Fill("figures.weights", ("what", each.Name), ("count", each.Count), ("limit", each.Limit)))),
        // A figure within its limit is not why a rule failed.
        { Figure: { } figure } when rule.Outcome != Outcome.Failed || figure.Value > figure.Limit => text.Fill(text.Find($"figures.{rule.Check}") is null ? "plain.figures" : $"figures.{rule.Check}", ("measured", numbers.PercentBeside(figure.Value, figure.Limit)), ("limit", numbers.PercentInFull(figure.Limit))),
        _ => null,
    };

    /// <summary>Whether its numbers are shares of items, and more of them is better: a mean of marks between 0 and 1 counts no items.</summary>
    private bool IsCounted(RuleResult rule, Statistic statistic) =>
        RuleWords.KindOf(rule) is QuantityKind.Share or QuantityKind.Change or QuantityKind.Gap
        && statistic.Candidate is not null
        && !RuleWords.IsTurned(rule)
        && rule.Check switch
        {
            "group-fairness" => true,
            "bias-level" or "bias-drift" => AreYesOrNo(rule),
            _ => RuleWords.IsRightOrWrong(rule.Metric) && AreYesOrNo(rule),
        };

    private bool AreYesOrNo(RuleResult rule) => contents.CandidateEvaluations.Where(evaluation => evaluation.Task == rule.Task).SelectMany(evaluation => evaluation.Report.Items)
        .All(item => !item.Scores.TryGetValue(rule.Metric!, out var score) || score is 0 or 1);

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
            (false, _) when statistic.Items == 1 => "figures.item",
            (false, _) => "figures.items",
            (true, false) => "figures.items-of",
            (true, true) => "figures.items-marked",
        };
        var quoted = marks.OrderBy(mark => mark.Key, StringComparer.Ordinal).Select(mark => text.Fill("plain.quoted", ("purpose", Legible.Shortened(mark.Value, MostOfPurpose))));
        return text.Fill(key, ("items", ReportNumbers.Count(statistic.Items)), ("all", ReportNumbers.Count(all)), ("marks", string.Join(text["report.list"], quoted)));
    }
}
