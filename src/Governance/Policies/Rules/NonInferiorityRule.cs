using FluentValidation;
using Loragate.Governance.Deciding;
using Loragate.Governance.Yaml;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that the candidate loses less than a margin against the base on the same items: Tango's score for yes-or-no scores, t otherwise and for clusters.</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Measure">The scores.</param>
/// <param name="Plan">The power calculation's assumptions.</param>
/// <param name="Margin">δ, positive.</param>
/// <param name="LowerIsBetter">Whether small values of the metric are good.</param>
/// <param name="IsBootstrap">Whether the bounds are the bootstrap's.</param>
public sealed record NonInferiorityRule(RuleHead Head, Measure Measure, Plan Plan, double Margin, bool LowerIsBetter, bool IsBootstrap) : StatisticalRule(Head, Measure, Plan)
{
    internal static RuleKind Kind { get; } = RuleKind.Of("non-inferiority", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    /// <inheritdoc/>
    public override bool IsPaired => true;

    /// <inheritdoc/>
    public override bool? DemandsMore => !LowerIsBetter;

    internal override Region Region => new(-Margin, double.PositiveInfinity);

    /// <inheritdoc/>
    public override int RequiredItems(double alpha) => OneSidedItems(Margin + Plan.AssumedDifference, alpha);

    /// <inheritdoc/>
    public override double PowerOf(int items, double alpha) => OneSidedPower(Margin + Plan.AssumedDifference, items, alpha);

    /// <inheritdoc/>
    public override double SmallestEffect(int items, double alpha) => OneSidedDistance(items, alpha) - Plan.AssumedDifference;

    /// <inheritdoc/>
    public override string EffectWords => "a loss of less than";

    internal override IReadOnlyDictionary<string, string> Options => new Dictionary<string, string> { ["better"] = LowerIsBetter ? "lower" : "higher", ["interval"] = IsBootstrap ? "bootstrap" : "analytic" };

    internal override Estimate? Estimate(ItemScores scores) => scores.Improvement(LowerIsBetter, IsBootstrap);

    internal override IEnumerable<Estimate?> Fallen(ItemScores scores) => scores.FallenImprovements(LowerIsBetter, IsBootstrap);

    internal override (string What, double MidP, double ExactP)? HarmBelowLimit(int gained, int lost) => LowerIsBetter
        ? ("loss", ExactMcNemar.HarmMidP(lost, gained), ExactMcNemar.Harm(lost, gained))
        : ("loss", ExactMcNemar.HarmMidP(gained, lost), ExactMcNemar.Harm(gained, lost));

    internal override string Demand(Unit unit) => $"a loss of less than {unit.Difference(Margin)} is demanded";

    private static NonInferiorityRule Read(RuleHead head, MappingReader reader)
    {
        var (measure, plan) = ReadCommon(reader);
        return new NonInferiorityRule(head, measure, plan, reader.Number("margin"), reader.Word("better", false, ("higher", false), ("lower", true)), ReadIsBootstrap(reader));
    }

    private sealed class Validator : StatisticalRuleValidator<NonInferiorityRule>
    {
        public Validator()
            : base(rule => rule.Margin, margin => margin > 0, "'margin' must be positive") =>
            RuleFor(rule => rule.Plan.AssumedDifference).Must((rule, difference) => double.IsNaN(rule.Margin) || difference > -rule.Margin)
                .WithMessage("'assumedDifference' must be a smaller loss than 'margin', or no number of items shows it");
    }
}
