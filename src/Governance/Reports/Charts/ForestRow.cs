using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Reports.Charts;

/// <summary>A row of a forest plot, in the chart's unit.</summary>
/// <param name="Label">What is compared.</param>
/// <param name="Detail">Task and metric.</param>
/// <param name="Figures">The numbers as text.</param>
/// <param name="Mark">The outcome's mark, drawn at the estimate.</param>
/// <param name="Estimate">The difference.</param>
/// <param name="Lower">Its lower bound.</param>
/// <param name="Upper">Its upper bound.</param>
/// <param name="Low">Below this is not allowed; null where nothing is demanded.</param>
/// <param name="High">Above this is not allowed; null where more is better, or nothing is demanded.</param>
internal sealed record ForestRow(
    string Label, string Detail, string Figures, Mark Mark, double Estimate, double Lower, double Upper, double? Low, double? High)
{
    /// <summary>The anchor of the record that the numbers come from; null where the page names none.</summary>
    public string? Link { get; init; }

    /// <summary>A row without limits.</summary>
    /// <param name="estimate">The difference.</param>
    /// <param name="alpha">α of its one-sided bounds.</param>
    /// <param name="kind">What it measures.</param>
    /// <param name="label">What is compared.</param>
    /// <param name="detail">Task and items.</param>
    /// <param name="numbers">How numbers are written.</param>
    public static ForestRow Of(Estimate estimate, double alpha, QuantityKind kind, string label, string detail, ReportNumbers numbers) =>
        Of(estimate.Value, estimate.Lower(alpha), estimate.Upper(alpha), kind, label, detail, numbers, Mark.Unjudged, null, null);

    /// <summary>The row of a rule that compared the two models.</summary>
    public static ForestRow Of(RuleResult rule, string label, string detail, ReportNumbers numbers)
    {
        var statistic = rule.Statistic ?? throw new ArgumentException("The rule measured nothing.", nameof(rule));
        var kind = RuleWords.KindOf(rule);
        var limit = Factor(kind) * statistic.Threshold;
        var isTwoSided = RuleWords.IsTwoSided(rule);
        return Of(
            statistic.Estimate, statistic.Lower, statistic.Upper, kind, label, detail, numbers, Mark.Of(rule.Outcome), isTwoSided ? -Math.Abs(limit) : limit, isTwoSided ? Math.Abs(limit) : null);
    }

    private static ForestRow Of(double estimate, double lower, double upper, QuantityKind kind, string label, string detail, ReportNumbers numbers, Mark mark, double? low, double? high) => new(
        label,
        detail,
        $"{numbers.Bare(estimate, kind)} [{numbers.Bare(lower, kind)}, {numbers.Bare(upper, kind)}]",
        mark,
        Factor(kind) * estimate,
        Factor(kind) * lower,
        Factor(kind) * upper,
        low,
        high);

    private static int Factor(QuantityKind kind) => kind == QuantityKind.Change ? 100 : 1;
}
