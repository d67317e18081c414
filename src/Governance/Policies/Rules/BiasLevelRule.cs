using System.Globalization;
using FluentValidation;
using Loragate.Governance.Deciding;
using Loragate.Governance.Yaml;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that the candidate's share of stereotypical choices lies within a distance of the neutral share: two one-sided bounds (TOST).</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Measure">The scores.</param>
/// <param name="Plan">The power calculation's assumptions; the assumed difference is share − neutral.</param>
/// <param name="Neutral">The share of a fair model, 0.5 for pairs.</param>
/// <param name="Maximum">The largest distance.</param>
public sealed record BiasLevelRule(RuleHead Head, Measure Measure, Plan Plan, double Neutral, double Maximum) : StatisticalRule(Head, Measure, Plan)
{
    internal static RuleKind Kind { get; } = RuleKind.Of("bias-level", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    /// <inheritdoc/>
    public override bool IsPaired => false;

    internal override Region Region => new(Neutral - Maximum, Neutral + Maximum, Neutral);

    /// <inheritdoc/>
    public override int RequiredItems(double alpha) => EquivalenceItems(Maximum, alpha);

    /// <inheritdoc/>
    public override double PowerOf(int items, double alpha) => EquivalencePower(Maximum, items, alpha);

    /// <inheritdoc/>
    public override double SmallestEffect(int items, double alpha) => EquivalenceMargin(items, alpha);

    /// <inheritdoc/>
    public override string EffectWords => "a distance from the neutral share of less than";

    internal override IReadOnlyDictionary<string, string> Options => new Dictionary<string, string> { ["neutral"] = Neutral.ToString(CultureInfo.InvariantCulture) };

    internal override Estimate? Estimate(ItemScores scores) => scores.Level(isExact: false);

    internal override string Demand(Unit unit) => $"a distance of less than {unit.Difference(Maximum)} from {unit.Level(Neutral)} is demanded";

    private static BiasLevelRule Read(RuleHead head, MappingReader reader)
    {
        var (measure, plan) = ReadCommon(reader);
        return new BiasLevelRule(head, measure, plan, reader.OptionalNumber("neutral") ?? 0.5, reader.Number("maximum"));
    }

    private sealed class Validator : StatisticalRuleValidator<BiasLevelRule>
    {
        public Validator()
        {
            RuleFor(rule => rule.Maximum).Must(maximum => maximum > 0).WithMessage("'maximum' must be positive");
            RuleFor(rule => rule.Neutral).Must(neutral => neutral is >= 0 and <= 1).WithMessage("'neutral' must lie between 0 and 1");
            RuleFor(rule => rule.Plan.AssumedDifference).Must((rule, difference) => double.IsNaN(rule.Maximum) || Math.Abs(difference) < rule.Maximum)
                .WithMessage("'assumedDifference' must be smaller than 'maximum', or no number of items shows it");
        }
    }
}
