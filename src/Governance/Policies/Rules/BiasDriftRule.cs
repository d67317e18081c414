using FluentValidation;
using Loragate.Governance.Deciding;
using Loragate.Governance.Yaml;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that a bias measure moved by less than a distance from the base, either way, on the same items: two one-sided bounds (TOST).</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Measure">The scores.</param>
/// <param name="Plan">The power calculation's assumptions.</param>
/// <param name="Maximum">The largest distance.</param>
/// <param name="IsBootstrap">Whether the bounds are the bootstrap's.</param>
public sealed record BiasDriftRule(RuleHead Head, Measure Measure, Plan Plan, double Maximum, bool IsBootstrap) : StatisticalRule(Head, Measure, Plan)
{
    internal static RuleKind Kind { get; } = RuleKind.Of("bias-drift", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    /// <inheritdoc/>
    public override bool IsPaired => true;

    internal override Region Region => new(-Maximum, Maximum);

    /// <inheritdoc/>
    public override int RequiredItems(double alpha) => EquivalenceItems(Maximum, alpha);

    /// <inheritdoc/>
    public override double PowerOf(int items, double alpha) => EquivalencePower(Maximum, items, alpha);

    /// <inheritdoc/>
    public override double SmallestEffect(int items, double alpha) => EquivalenceMargin(items, alpha);

    /// <inheritdoc/>
    public override string EffectWords => "a drift of less than";

    internal override IReadOnlyDictionary<string, string> Options => new Dictionary<string, string> { ["interval"] = IsBootstrap ? "bootstrap" : "analytic" };

    internal override Estimate? Estimate(ItemScores scores) => scores.Improvement(lowerIsBetter: false, IsBootstrap);

    internal override IEnumerable<Estimate?> Fallen(ItemScores scores) => scores.FallenImprovements(lowerIsBetter: false, IsBootstrap);

    internal override (string What, double MidP, double ExactP)? HarmBelowLimit(int gained, int lost) =>
        ("drift", ExactMcNemar.TwoSidedMidP(gained, lost), ExactMcNemar.TwoSided(gained, lost));

    internal override string Demand(Unit unit) => $"a drift of less than {unit.Difference(Maximum)} is demanded";

    private static BiasDriftRule Read(RuleHead head, MappingReader reader)
    {
        var (measure, plan) = ReadCommon(reader);
        return new BiasDriftRule(head, measure, plan, reader.Number("maximum"), ReadIsBootstrap(reader));
    }

    private sealed class Validator : StatisticalRuleValidator<BiasDriftRule>
    {
        public Validator()
            : base(rule => rule.Maximum, maximum => maximum > 0, "'maximum' must be positive") =>
            RuleFor(rule => rule.Plan.AssumedDifference).Must((rule, difference) => double.IsNaN(rule.Maximum) || Math.Abs(difference) < rule.Maximum)
                .WithMessage("'assumedDifference' must be smaller than 'maximum', or no number of items shows it");
    }
}
