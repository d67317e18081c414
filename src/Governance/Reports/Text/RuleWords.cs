using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Rules;

namespace Loragate.Governance.Reports.Text;

/// <summary>Says a rule's result in the report's language.</summary>
internal sealed class RuleWords(ReportText text, ReportNumbers numbers)
{
    private static readonly string[] ShareMetrics = ["acc", "exact_match", "f1", "pct", "mc1", "mc2", "share", "rate", "stereotype"];
    private static readonly string[] RightMetrics = ["acc", "exact_match", "nfkc_exact_match", "mc1"];

    /// <summary>Whether a metric is a share between 0 and 1, and so told in percent and points.</summary>
    public static bool IsShare(string? metric) => metric?.Split(',')[0] is { } name
        && (MetricRange.Of(name) is { Least: 0, Greatest: 1 } || ShareMetrics.Any(share => name.Equals(share, StringComparison.Ordinal) || name.StartsWith(share + "_", StringComparison.Ordinal)));

    /// <summary>Whether a metric marks an answer as right or wrong, and is no mark for half-right ones.</summary>
    public static bool IsRightOrWrong(string? metric) => metric?.Split(',')[0] is { } name
        && (RightMetrics.Contains(name) || name.StartsWith("acc_", StringComparison.Ordinal));

    /// <summary>What the rule's estimate, bounds and threshold measure.</summary>
    public static QuantityKind KindOf(RuleResult rule) => (rule.Check, IsShare(rule.Metric)) switch
    {
        ("group-fairness", _) => QuantityKind.Gap,
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

    /// <summary>Whether the rule's estimate is the improvement of a metric of which less is better: then it has the opposite sign of the plain difference.</summary>
    public static bool IsTurned(RuleResult rule) =>
        rule.Statistic is { Baseline: { } before, Candidate: { } after } statistic && (after - before) * statistic.Estimate < 0;

    /// <summary>What an axis of the rule's paired differences measures: points for shares, else units of the metric; where less is better, that the axis shows the improvement.</summary>
    public string Axis(RuleResult rule)
    {
        var key = IsShare(rule.Metric) ? "comparison.unit-points" : "comparison.unit-number";
        return text.Fill(IsTurned(rule) ? $"{key}-less" : key, ("metric", rule.Metric ?? text["report.none"]));
    }

    /// <summary>The outcome in a word.</summary>
    public string Outcome(Outcome outcome) => text[$"outcome.{outcome.ToString().ToLowerInvariant()}"];

    /// <summary>The same of a rule: of one that is lifted by exception what it came to without it, too.</summary>
    public string Outcome(RuleResult rule) => text.Find($"outcome.waived-{rule.Lifted?.Outcome.ToString().ToLowerInvariant()}") ?? Outcome(rule.Outcome);

    /// <summary>Why, in a sentence: the table's, or the rule's own English summary where the table does not know the reason; of a waived rule also what it came to without the waiver.</summary>
    public string Reason(RuleResult rule) => (rule.Lifted, text.Find($"reason.{rule.Reason}")) switch
    {
        ({ } lifted, { } known) => string.Join(text["report.space"], known, text.Fill("reason.without", ("outcome", Outcome(lifted.Outcome)), ("reason", text.Find($"reason.{lifted.Reason}") ?? lifted.Reason))),
        (_, { } known) => known,
        _ => rule.Summary,
    };

    /// <summary>The estimate with its bounds, or the figure of a rule without statistics, or a dash.</summary>
    public string Measured(RuleResult rule) => rule switch
    {
        { Statistic: { } statistic } => numbers.Interval(statistic.Estimate, statistic.Lower, statistic.Upper, KindOf(rule)),
        { Figure: { } figure } => numbers.PercentBeside(figure.Value, figure.Limit),
        _ => text["report.none"],
    };

    /// <summary>The threshold, ± where it is one on both sides; of a rule that measured nothing, the policy's where that is at hand.</summary>
    public string Threshold(RuleResult rule, Policy? policy = null) => (rule, policy?.Rules.FirstOrDefault(demand => demand.Id == rule.Id)) switch
    {
        ({ Statistic: { } statistic }, _) => Threshold(rule, statistic.Threshold),
        ({ Figure: { } figure }, _) => numbers.PercentInFull(figure.Limit),
        (_, StatisticalRule demand) => Threshold(rule, demand.Region.Threshold),
        (_, MergeFidelityRule demand) => numbers.PercentInFull(demand.Maximum),
        _ => text["report.none"],
    };

    /// <summary>Whether the rule's numbers mean nothing without the name of the metric.</summary>
    public static bool IsInUnitOfMetric(RuleResult rule) => rule.Metric is not null && KindOf(rule) is QuantityKind.Raw or QuantityKind.RawChange;

    private string Threshold(RuleResult rule, double limit) =>
        IsTwoSided(rule) ? "±" + numbers.QuantityInFull(Math.Abs(limit), KindOf(rule)).TrimStart('+') : numbers.QuantityInFull(limit, KindOf(rule));
}
