using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Deciding;
using Loragate.Governance.Yaml;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Policies;

/// <summary>
/// A demand on item scores: the true value lies in a region. Passed when the one-sided 1 − α bounds lie in it, failed when a one-sided
/// test shows that the value lies outside (after Holm over the policy's statistical rules), undecided otherwise.
/// </summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Measure">The scores.</param>
/// <param name="Plan">The power calculation's assumptions.</param>
public abstract record StatisticalRule(RuleHead Head, Measure Measure, Plan Plan) : Rule(Head)
{
    private const string WholeLogLikelihood = "loglikelihood";

    /// <summary>Whether candidate and base are compared item by item.</summary>
    public abstract bool IsPaired { get; }

    /// <summary>Whether it reads the items' scores by the metric's name; otherwise it looks at which choice is the likeliest.</summary>
    public virtual bool ReadsScores => true;

    /// <summary>The number of items that the plan's assumptions ask for at level <paramref name="alpha"/>.</summary>
    public abstract int RequiredItems(double alpha);

    /// <summary>The probability that so many items show the demand, where the plan's assumptions hold.</summary>
    public abstract double PowerOf(int items, double alpha);

    /// <summary>The smallest effect that so many items show with the plan's power: the smallest gain or value above a minimum, or the smallest margin that could be demanded.</summary>
    public abstract double SmallestEffect(int items, double alpha);

    /// <summary>What <see cref="SmallestEffect"/> is, before its number: "a loss of less than".</summary>
    public abstract string EffectWords { get; }

    /// <summary>Where the true value must lie.</summary>
    internal abstract Region Region { get; }

    /// <summary>Whether it demands more of the metric, or less; null where it demands neither.</summary>
    public virtual bool? DemandsMore => null;

    /// <summary>The true value that the plan supposes.</summary>
    internal virtual double AssumedValue => Plan.AssumedDifference;

    /// <summary>What the true value can be: a score, of a paired rule a difference of two; null where nobody declared what scores can be.</summary>
    internal MetricRange? Reach => (Range ?? (Plan.Discordance is null ? null : MetricRange.Share)) switch
    {
        { } range when IsPaired => new MetricRange(range.Least - range.Greatest, range.Greatest - range.Least),
        var range => range,
    };

    /// <summary>Its own parameters beside the region that change the numbers, as policies write them.</summary>
    internal abstract IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>The estimate that is held against the region.</summary>
    internal abstract Estimate? Estimate(ItemScores scores);

    /// <summary>The difference of two models' scores on the same items: the estimate of a paired rule, and of any other what one would make of its metric.</summary>
    internal Estimate? Difference(ItemScores scores) => IsPaired ? Estimate(scores) : scores.Improvement(lowerIsBetter: DemandsMore == false, isBootstrap: false);

    /// <summary>What was found, as the middle of a sentence: estimate and bounds.</summary>
    internal virtual string Found(Statistic statistic, Unit unit) => statistic.Baseline is { } baseline
        ? $"{Measure.Metric} went from {unit.Level(baseline)} to {unit.Level(statistic.Candidate!.Value)}, {unit.Change(statistic.Estimate)} ({unit.Change(statistic.Lower)} to {unit.Change(statistic.Upper)})"
        : $"{Measure.Metric} is {unit.Level(statistic.Candidate!.Value)} ({unit.Level(statistic.Lower + Region.Origin)} to {unit.Level(statistic.Upper + Region.Origin)})";

    /// <summary>
    /// Estimates between which lies whatever another machine would find: the coin flips of these scores fallen in every way that can decide. One that cannot be
    /// made is null.
    /// </summary>
    internal abstract IEnumerable<Estimate?> Fallen(ItemScores scores);

    /// <summary>What can be real although the rule passes, because it is smaller than the limit, with McNemar's mid-p and exact p of it; null where that is no harm, or none of yes-or-no scores.</summary>
    /// <param name="gained">Items that only the candidate scores 1.</param>
    /// <param name="lost">Items that only the base scores 1.</param>
    internal virtual (string What, double MidP, double ExactP)? HarmBelowLimit(int gained, int lost) => null;

    /// <summary>What is demanded, as the end of a sentence.</summary>
    internal abstract string Demand(Unit unit);

    /// <inheritdoc/>
    internal sealed override Assessment Assess(Case @case)
    {
        var shortfall = new ScoreReader(@case, this).Read(out var scores);
        if (shortfall is not null || scores is null)
            return Settled.Undecided(shortfall!, scores?.Evidence ?? []);
        return Estimate(scores) is { } estimate
            ? Weighed.Of(this, estimate, scores, @case.Policy.Alpha)
            : Settled.Undecided(new Shortfall(Reason.NoVariation, $"The {scores.Count} values of {Measure.Metric} do not vary{(scores.Clusters is null ? "" : $" from one {Measure.Cluster} to another")}, which leaves the uncertainty of their mean unknown."), scores.Evidence);
    }

    /// <summary>This rule in a plan.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="items">Items that there are, at least 1.</param>
    internal PlannedRule Planned(double alpha, int items)
    {
        var options = new SortedDictionary<string, string>(Options.ToDictionary(), StringComparer.Ordinal);
        foreach (var (column, value) in Measure.Where)
            options.Add($"where.{column}", value);
        if (Measure.Cluster is { } cluster)
            options.Add("cluster", cluster);
        return new PlannedRule(
            Id,
            Check,
            Severity,
            Measure.Task,
            Measure.Metric,
            options,
            double.IsFinite(Region.Low) ? Region.Low : null,
            double.IsFinite(Region.High) ? Region.High : null,
            Plan.Power,
            RequiredItems(alpha),
            items,
            SmallestEffect(items, alpha));
    }

    /// <summary>
    /// An item's score. One with one text has a log-likelihood even where its task's metrics exist for all items together only (perplexities).
    /// </summary>
    /// <returns>false where the item has none.</returns>
    internal virtual bool TryScore(EvaluatedItem item, out double score)
    {
        if (item.Scores.TryGetValue(Measure.Metric, out score))
            return true;
        var isWhole = Measure.Metric == WholeLogLikelihood && item.LogLikelihoods.Count == 1;
        score = isWhole ? item.LogLikelihoods[0] : double.NaN;
        return isWhole;
    }

    /// <summary>What the scores can be; null where nobody declared it.</summary>
    internal virtual MetricRange? Range => MetricRange.Of(Measure.Metric);

    /// <summary>Whether the engine's noise can turn the item's score.</summary>
    internal virtual bool IsCoinFlip(EvaluatedItem item, IReadOnlySet<int> coinFlips) => item.Unsteady?.Contains(Measure.Metric) == true;

    /// <summary>What else this kind of rule demands of scores before it can judge by them.</summary>
    internal virtual Shortfall? CheckScores(ItemScores scores) => null;

    /// <summary>What to tell beside the outcome; empty for nothing.</summary>
    internal virtual string Remark(ItemScores scores, Estimate estimate, double alpha) => SlicedScores.Remark(this, scores, alpha);

    /// <summary>Reads the keys that all statistical rules share.</summary>
    internal static (Measure Measure, Plan Plan) ReadCommon(MappingReader reader)
    {
        var where = reader.OptionalMapping("where")?.AllTexts() ?? new Dictionary<string, string>();
        return (new Measure(reader.Text("task"), reader.Text("metric"), where, reader.OptionalText("cluster"), reader.OptionalText("slices")), ReadPlan(reader));
    }

    /// <summary>Whether paired differences are bounded by the bootstrap instead of the formula for their kind of score.</summary>
    internal static bool ReadIsBootstrap(MappingReader reader) => reader.Word("interval", false, ("analytic", false), ("bootstrap", true));

    /// <summary>Items for a one-sided demand at the given distance from the assumed truth.</summary>
    internal int OneSidedItems(double distance, double alpha) => SampleSize.OneSided(Plan.Variance, distance, alpha, Plan.Power);

    /// <summary>Items for a two-sided demand.</summary>
    internal int EquivalenceItems(double margin, double alpha) => SampleSize.Equivalence(Plan.Variance, margin, Plan.AssumedDifference, alpha, Plan.Power);

    /// <summary>The power of a one-sided demand at the given distance from the assumed truth.</summary>
    internal double OneSidedPower(double distance, int items, double alpha) => SampleSize.OneSidedPower(Plan.Variance, distance, alpha, items);

    /// <summary>The distance from the limit that so many items show.</summary>
    internal double OneSidedDistance(int items, double alpha) => SampleSize.Detectable(Plan.Variance, items, alpha, Plan.Power);

    /// <summary>The power of a two-sided demand.</summary>
    internal double EquivalencePower(double margin, int items, double alpha) => SampleSize.EquivalencePower(Plan.Variance, margin, Plan.AssumedDifference, alpha, items);

    /// <summary>The margin of a two-sided demand that so many items show.</summary>
    internal double EquivalenceMargin(int items, double alpha) => SampleSize.DetectableMargin(Plan.Variance, Plan.AssumedDifference, items, alpha, Plan.Power);

    private static Plan ReadPlan(MappingReader reader)
    {
        if (reader.OptionalMapping("plan") is not { } plan)
        {
            if (reader.Mapping.Find("plan") is null)
                reader.Fault(reader.Mapping.Line, "the key 'plan' is missing: a statistical rule says how its number of items was computed");
            return new Plan(null, 1, 0.8, 0, 1);
        }
        var read = new Plan(
            plan.OptionalNumber("discordance"),
            plan.OptionalNumber("deviation"),
            plan.Number("power"),
            plan.OptionalNumber("assumedDifference") ?? 0,
            plan.OptionalNumber("designEffect") ?? 1);
        plan.Finish();
        return read;
    }
}
