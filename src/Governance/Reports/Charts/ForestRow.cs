using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Charts;

/// <summary>A row of a forest plot, in the chart's unit.</summary>
/// <param name="Label">What is compared.</param>
/// <param name="Detail">Task and metric.</param>
/// <param name="Figures">The numbers as text.</param>
/// <param name="Mark">The outcome's mark, drawn at the estimate.</param>
/// <param name="Estimate">The difference.</param>
/// <param name="Lower">Its lower bound.</param>
/// <param name="Upper">Its upper bound.</param>
/// <param name="Low">Below this is not allowed.</param>
/// <param name="High">Above this is not allowed; null where more is better.</param>
internal sealed record ForestRow(
    string Label, string Detail, string Figures, Mark Mark, double Estimate, double Lower, double Upper, double Low, double? High)
{
    /// <summary>The anchor of the record that the numbers come from; null where the page names none.</summary>
    public string? Link { get; init; }

    /// <summary>The row of a rule that compared the two models.</summary>
    public static ForestRow Of(RuleResult rule, string label, string detail, ReportNumbers numbers)
    {
        var statistic = rule.Statistic ?? throw new ArgumentException("The rule measured nothing.", nameof(rule));
        var kind = RuleWords.KindOf(rule);
        var factor = kind == QuantityKind.Change ? 100 : 1;
        var limit = factor * statistic.Threshold;
        var isTwoSided = RuleWords.IsTwoSided(rule);
        return new ForestRow(
            label,
            detail,
            $"{numbers.Bare(statistic.Estimate, kind)} [{numbers.Bare(statistic.Lower, kind)}, {numbers.Bare(statistic.Upper, kind)}]",
            Mark.Of(rule.Outcome),
            factor * statistic.Estimate,
            factor * statistic.Lower,
            factor * statistic.Upper,
            isTwoSided ? -Math.Abs(limit) : limit,
            isTwoSided ? Math.Abs(limit) : null);
    }
}
