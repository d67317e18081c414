using FluentValidation;
using Loragate.Governance.Deciding;
using Loragate.Governance.Yaml;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that the candidate is better than the base by more than an amount, on the same items: superiority on the adapter's own task.</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Measure">The scores.</param>
/// <param name="Plan">The power calculation's assumptions.</param>
/// <param name="Minimum">The improvement that must be exceeded, 0 or more.</param>
/// <param name="LowerIsBetter">Whether small values of the metric are good.</param>
/// <param name="IsBootstrap">Whether the bounds are the bootstrap's.</param>
public sealed record ImprovementRule(RuleHead Head, Measure Measure, Plan Plan, double Minimum, bool LowerIsBetter, bool IsBootstrap) : StatisticalRule(Head, Measure, Plan)
{
    internal static RuleKind Kind { get; } = RuleKind.Of("improvement", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    /// <inheritdoc/>
    public override bool IsPaired => true;

    /// <inheritdoc/>
    public override bool? DemandsMore => !LowerIsBetter;

    internal override Region Region => new(Minimum, double.PositiveInfinity);

    /// <inheritdoc/>
    public override int RequiredItems(double alpha) => OneSidedItems(Plan.AssumedDifference - Minimum, alpha);

    /// <inheritdoc/>
    public override double PowerOf(int items, double alpha) => OneSidedPower(Plan.AssumedDifference - Minimum, items, alpha);

    /// <inheritdoc/>
    public override double SmallestEffect(int items, double alpha) => Minimum + OneSidedDistance(items, alpha);

    /// <inheritdoc/>
    public override string EffectWords => "a true gain of";

    internal override IReadOnlyDictionary<string, string> Options => new Dictionary<string, string> { ["better"] = LowerIsBetter ? "lower" : "higher", ["interval"] = IsBootstrap ? "bootstrap" : "analytic" };

    internal override Estimate? Estimate(ItemScores scores) => scores.Improvement(LowerIsBetter, IsBootstrap);

    internal override IEnumerable<Estimate?> Fallen(ItemScores scores) => scores.FallenImprovements(LowerIsBetter, IsBootstrap);

    internal override string Demand(Unit unit) => $"a gain of more than {unit.Difference(Minimum)} is demanded";

    private static ImprovementRule Read(RuleHead head, MappingReader reader)
    {
        var (measure, plan) = ReadCommon(reader);
        return new ImprovementRule(head, measure, plan, reader.Number("minimum"), reader.Word("better", false, ("higher", false), ("lower", true)), ReadIsBootstrap(reader));
    }

    private sealed class Validator : StatisticalRuleValidator<ImprovementRule>
    {
        public Validator()
            : base(rule => rule.Minimum, minimum => minimum >= 0, "'minimum' must not be negative") =>
            RuleFor(rule => rule.Plan.AssumedDifference).Must((rule, difference) => double.IsNaN(rule.Minimum) || difference > rule.Minimum)
                .WithMessage("'assumedDifference' must be larger than 'minimum', or no number of items shows it");
    }
}
