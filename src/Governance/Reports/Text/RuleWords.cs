using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Reports.Text;

/// <summary>Says a rule's result in the report's language.</summary>
internal sealed class RuleWords(ReportText text, ReportNumbers numbers)
{
    private static readonly string[] ShareMetrics = ["acc", "exact_match", "f1", "pct", "mc1", "mc2", "share", "rate", "stereotype"];

    /// <summary>Whether a metric is a share between 0 and 1, and so told in percent and points.</summary>
    public static bool IsShare(string? metric) => metric is not null
        && ShareMetrics.Any(share => metric.Equals(share, StringComparison.Ordinal) || metric.StartsWith(share + "_", StringComparison.Ordinal));

    /// <summary>What the rule's estimate, bounds and threshold measure.</summary>
    public static QuantityKind KindOf(RuleResult rule) => (rule.Check, IsShare(rule.Metric)) switch
    {
        ("merge-fidelity" or "group-fairness", _) => QuantityKind.Share,
        ("non-inferiority" or "improvement" or "bias-level" or "bias-drift", true) => QuantityKind.Change,
        ("non-inferiority" or "improvement" or "bias-level" or "bias-drift", false) => QuantityKind.RawChange,
        (_, true) => QuantityKind.Share,
        (_, false) => QuantityKind.Raw,
    };

    /// <summary>Whether the threshold is a limit on both sides of zero, and not a minimum.</summary>
    public static bool IsTwoSided(RuleResult rule) => rule.Check is "bias-level" or "bias-drift";

    /// <summary>The kind of check in words; the policy's own word where the table has none.</summary>
    public string Check(RuleResult rule) => text.Find($"check.{rule.Check}") ?? rule.Check;

    /// <summary>A control in the report's language; as the policy writes it where the table has none.</summary>
    public string Control(string control) => text.Find($"control.{control}") ?? control;

    /// <summary>What an axis of the rule's paired differences measures: points for shares, else units of the metric.</summary>
    public string Axis(RuleResult rule) => IsShare(rule.Metric) ? text["comparison.unit-points"] : text.Fill("comparison.unit-number", ("metric", rule.Metric ?? text["report.none"]));

    /// <summary>The outcome in a word.</summary>
    public string Outcome(Outcome outcome) => text[$"outcome.{outcome.ToString().ToLowerInvariant()}"];

    /// <summary>Why, in a sentence: the table's, or the rule's own English summary where the table does not know the reason.</summary>
    public string Reason(RuleResult rule) => text.Find($"reason.{rule.Reason}") ?? rule.Summary;

    /// <summary>The estimate with its bounds, or a dash.</summary>
    public string Measured(RuleResult rule) => rule.Statistic is { } statistic
        ? numbers.Interval(statistic.Estimate, statistic.Lower, statistic.Upper, KindOf(rule))
        : text["report.none"];

    /// <summary>The threshold, ± where it is one on both sides.</summary>
    public string Threshold(RuleResult rule) => rule.Statistic switch
    {
        null => text["report.none"],
        { } statistic when IsTwoSided(rule) => "±" + numbers.Quantity(Math.Abs(statistic.Threshold), KindOf(rule)).TrimStart('+'),
        { } statistic => numbers.Quantity(statistic.Threshold, KindOf(rule)),
    };

    /// <summary>What a failed or undecided rule means to somebody who knows none of the terms, with its figures.</summary>
    public string Plain(RuleResult rule)
    {
        var state = rule.Outcome == Artifacts.Records.Deciding.Outcome.Failed ? "failed" : "undecided";
        var key = text.Find($"plain.{rule.Check}.{state}") is null ? $"plain.other.{state}" : $"plain.{rule.Check}.{state}";
        var sentence = text.Fill(key, ("task", rule.Task ?? rule.Id), ("rule", rule.Id));
        return (state, rule.Statistic) switch
        {
            ("failed", { } statistic) => text.Fill(
                IsInUnitOfMetric(rule) ? "plain.figures-unit" : "plain.figures",
                ("sentence", sentence), ("measured", numbers.Quantity(statistic.Estimate, KindOf(rule))), ("limit", Threshold(rule)), ("unit", rule.Metric ?? "")),
            ("undecided", { ItemsNeeded: { } needed } statistic) => text.Fill(
                "plain.needed", ("sentence", sentence), ("count", ReportNumbers.Count(needed)), ("items", ReportNumbers.Count(statistic.Items))),
            _ => sentence,
        };
    }

    /// <summary>What a passed rule showed, likewise; null where it measured nothing or the table has no words for its kind.</summary>
    public string? Shown(RuleResult rule)
    {
        var key = $"plain.{rule.Check}.passed";
        if (rule.Statistic is not { } statistic || text.Find(key) is null)
            return null;
        var measured = numbers.Quantity(statistic.Estimate, KindOf(rule));
        return text.Fill(key, ("measured", IsInUnitOfMetric(rule) ? text.Fill("unit.metric", ("metric", rule.Metric!), ("value", measured)) : measured));
    }

    /// <summary>Whether the rule's numbers mean nothing without the name of the metric.</summary>
    private static bool IsInUnitOfMetric(RuleResult rule) => rule.Metric is not null && KindOf(rule) is QuantityKind.Raw or QuantityKind.RawChange;
}
