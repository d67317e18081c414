using FluentValidation;
using Loragate.Governance.Deciding;
using Loragate.Governance.Yaml;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that the candidate's metric is at least a minimum. Independent shares by the exact procedure, shares in clusters by Wilson's score on effective counts, other metrics by t.</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Measure">The scores.</param>
/// <param name="Plan">The power calculation's assumptions; the assumed difference is metric − minimum.</param>
/// <param name="Minimum">The minimum.</param>
public sealed record MinimumMetricRule(RuleHead Head, Measure Measure, Plan Plan, double Minimum) : StatisticalRule(Head, Measure, Plan)
{
    internal static RuleKind Kind { get; } = RuleKind.Of("minimum-metric", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    /// <inheritdoc/>
    public override bool IsPaired => false;

    /// <inheritdoc/>
    public override bool? DemandsMore => true;

    internal override double AssumedValue => Minimum + Plan.AssumedDifference;

    internal override Region Region => new(Minimum, double.PositiveInfinity);

    /// <inheritdoc/>
    public override int RequiredItems(double alpha) => OneSidedItems(Plan.AssumedDifference, alpha);

    /// <inheritdoc/>
    public override double PowerOf(int items, double alpha) => OneSidedPower(Plan.AssumedDifference, items, alpha);

    /// <inheritdoc/>
    public override double SmallestEffect(int items, double alpha) => Minimum + OneSidedDistance(items, alpha);

    /// <inheritdoc/>
    public override string EffectWords => "a true value of";

    internal override IReadOnlyDictionary<string, string> Options => new Dictionary<string, string>();

    internal override Estimate? Estimate(ItemScores scores) => scores.Level();

    internal override IEnumerable<Estimate?> Fallen(ItemScores scores) => scores.FallenLevels();

    internal override string Demand(Unit unit) => $"at least {unit.Level(Minimum)} is demanded";

    private static MinimumMetricRule Read(RuleHead head, MappingReader reader)
    {
        var (measure, plan) = ReadCommon(reader);
        return new MinimumMetricRule(head, measure, plan, reader.Number("minimum"));
    }

    private sealed class Validator : StatisticalRuleValidator<MinimumMetricRule>
    {
        public Validator()
            : base(rule => rule.Minimum, double.IsFinite, "'minimum' must be finite") =>
            RuleFor(rule => rule.Plan.AssumedDifference).Must(difference => difference > 0)
                .WithMessage("'assumedDifference' must be positive: how far above the minimum the metric is assumed to be");
    }
}
