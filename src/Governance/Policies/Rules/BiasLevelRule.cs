using System.Globalization;
using FluentValidation;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Yaml;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that the candidate's mean of a bias measure lies within a distance of what a fair model has: two one-sided bounds (TOST).</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Measure">The scores.</param>
/// <param name="Plan">The power calculation's assumptions; the assumed difference is mean − neutral.</param>
/// <param name="Neutral">The mean of a fair model: the metric's own unless told.</param>
/// <param name="Maximum">The largest distance.</param>
public sealed record BiasLevelRule(RuleHead Head, Measure Measure, Plan Plan, double Neutral, double Maximum) : StatisticalRule(Head, Measure, Plan)
{
    internal static RuleKind Kind { get; } = RuleKind.Of("bias-level", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    /// <inheritdoc/>
    public override bool IsPaired => false;

    internal override double AssumedValue => Neutral + Plan.AssumedDifference;

    internal override Region Region => new(Neutral - Maximum, Neutral + Maximum, Neutral);

    /// <inheritdoc/>
    public override int RequiredItems(double alpha) => EquivalenceItems(Maximum, alpha);

    /// <inheritdoc/>
    public override double PowerOf(int items, double alpha) => EquivalencePower(Maximum, items, alpha);

    /// <inheritdoc/>
    public override double SmallestEffect(int items, double alpha) => EquivalenceMargin(items, alpha);

    /// <inheritdoc/>
    public override string EffectWords => "a distance from neutral of less than";

    internal override IReadOnlyDictionary<string, string> Options => new Dictionary<string, string> { ["neutral"] = Neutral.ToString(CultureInfo.InvariantCulture) };

    internal override Estimate? Estimate(ItemScores scores) => scores.Level();

    internal override IEnumerable<Estimate?> Fallen(ItemScores scores) => scores.FallenLevels();

    internal override string Demand(Unit unit) => $"a distance of less than {unit.Difference(Maximum)} from {unit.Level(Neutral)} is demanded";

    private static BiasLevelRule Read(RuleHead head, MappingReader reader)
    {
        var (measure, plan) = ReadCommon(reader);
        var neutral = reader.OptionalNumber("neutral") ?? MetricRange.Of(measure.Metric)?.Neutral;
        if (neutral is null && measure.Metric.Length > 0)
            reader.Fault(reader.Mapping.Line, $"the key 'neutral' is missing: nobody declared what a fair model's '{measure.Metric}' is");
        return new BiasLevelRule(head, measure, plan, neutral ?? double.NaN, reader.Number("maximum"));
    }

    private sealed class Validator : StatisticalRuleValidator<BiasLevelRule>
    {
        public Validator()
            : base(rule => rule.Maximum, maximum => maximum > 0, "'maximum' must be positive")
        {
            RuleFor(rule => rule.Neutral).Must((rule, neutral) => double.IsNaN(neutral) || IsIn(MetricRange.Of(rule.Measure.Metric) ?? new MetricRange(-1, 1), neutral))
                .WithMessage("'neutral' must be a value that the metric can have");
            RuleFor(rule => rule.Plan.AssumedDifference).Must((rule, difference) => double.IsNaN(rule.Maximum) || Math.Abs(difference) < rule.Maximum)
                .WithMessage("'assumedDifference' must be smaller than 'maximum', or no number of items shows it");
        }

        private static bool IsIn(MetricRange range, double value) => value >= range.Least && value <= range.Greatest;
    }
}
