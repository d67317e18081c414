using System.Globalization;
using FluentValidation;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Statistics;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies.Rules;

/// <summary>Demands that the candidate, as a classifier, selects people of all groups at rates that differ by less than a distance.</summary>
/// <param name="Head">Id, severity, controls, why.</param>
/// <param name="Measure">The scores; its slices are the groups.</param>
/// <param name="Plan">The power calculation's assumptions; the deviation is that of one item's selection, the assumed difference the true gap.</param>
/// <param name="Fairness">Which rates.</param>
/// <param name="Groups">The groups that there are: others in the data are a fault, and so is one that is not there.</param>
/// <param name="Positive">The index of the choice that selects.</param>
/// <param name="Maximum">The largest gap.</param>
public sealed record GroupFairnessRule(RuleHead Head, Measure Measure, Plan Plan, FairnessMeasure Fairness, IReadOnlyList<string> Groups, int Positive, double Maximum)
    : StatisticalRule(Head, Measure, Plan)
{
    // Below it a group's rate is an anecdote.
    private const int FewestItems = 10;

    internal static RuleKind Kind { get; } = RuleKind.Of("group-fairness", Read, new Validator());

    /// <inheritdoc/>
    public override string Check => Kind.Name;

    /// <inheritdoc/>
    public override bool IsPaired => false;

    /// <inheritdoc/>
    public override bool ReadsScores => false;

    internal override Region Region => new(double.NegativeInfinity, Maximum);

    /// <summary>The difference of two of G groups of n/G items each has the variance 2Gσ²/n.</summary>
    public override int RequiredItems(double alpha) =>
        SampleSize.Equivalence(GapVariance, Maximum, Plan.AssumedDifference, alpha, Plan.Power);

    /// <inheritdoc/>
    public override double PowerOf(int items, double alpha) => SampleSize.EquivalencePower(GapVariance, Maximum, Plan.AssumedDifference, alpha, items);

    /// <inheritdoc/>
    public override double SmallestEffect(int items, double alpha) => SampleSize.DetectableMargin(GapVariance, Plan.AssumedDifference, items, alpha, Plan.Power);

    /// <inheritdoc/>
    public override string EffectWords => "a gap between groups of less than";

    private double GapVariance => 2 * Groups.Count * Plan.Variance;

    internal override IReadOnlyDictionary<string, string> Options => new Dictionary<string, string>
    {
        ["group"] = Measure.Slices!,
        ["groups"] = string.Join(", ", Groups),
        ["positive"] = Positive.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>1 where the model chose the positive class.</summary>
    internal override bool TryScore(EvaluatedItem item, out double score)
    {
        var selects = GroupOutcome.Selects(item, Positive);
        score = selects == true ? 1 : 0;
        return selects is not null && (Fairness == FairnessMeasure.SelectionRate || item.Gold is not null);
    }

    internal override MetricRange Range => MetricRange.Share;

    /// <summary>The score is the choice.</summary>
    internal override bool IsCoinFlip(EvaluatedItem item, IReadOnlySet<int> coinFlips) => coinFlips.Contains(item.Id);

    /// <summary>Why the people of a task cannot be judged, whatever a model says of them; null where they can.</summary>
    public string? FaultOf(IReadOnlyList<GroupOutcome> people)
    {
        ArgumentNullException.ThrowIfNull(people);
        return Lack(people)?.Sentence;
    }

    internal override Shortfall? CheckScores(ItemScores scores) => Lack(Outcomes(scores));

    private Shortfall? Lack(IReadOnlyList<GroupOutcome> people)
    {
        var found = people.Select(person => person.Group).Distinct(StringComparer.Ordinal).ToList();
        if (found.Find(group => !Groups.Contains(group)) is { } stranger)
            return new Shortfall(Reason.MetricUnusable, $"{Measure.Task} has items of the group '{stranger}', which the rule does not name.");
        var rates = Groups.All(found.Contains) ? GroupRates.Of(people, Fairness) : null;
        return rates is null || rates.FewestItems < FewestItems
            ? new Shortfall(Reason.NotEnoughItems, $"A group of {Measure.Task} has fewer than {FewestItems} items in one of the rates, too few to judge by.")
            : null;
    }

    internal override Estimate? Estimate(ItemScores scores) => GroupGap.Of(Outcomes(scores), Fairness, scores.Seed, scores.Task);

    /// <summary>The gap is what is bounded; the rate of all people together says nothing of it.</summary>
    internal override string Found(Statistic statistic, Unit unit) =>
        $"{Measure.Metric} differs between groups by {unit.Difference(statistic.Estimate)} at most ({unit.Difference(statistic.Lower)} to {unit.Difference(statistic.Upper)})";

    internal override IEnumerable<Estimate?> Fallen(ItemScores scores) => [GroupGap.OfFlips(Outcomes(scores), scores.CandidateFlips, Fairness, scores.Seed, scores.Task)];

    internal override string Demand(Unit unit) => $"a gap of less than {unit.Difference(Maximum)} between groups is demanded";

    /// <summary>Every group's rates, and whether chance alone makes such a gap.</summary>
    internal override string Remark(ItemScores scores, Estimate estimate, double alpha)
    {
        var rates = GroupRates.Of(Outcomes(scores), Fairness);
        var groups = rates.Groups.Select((group, i) => $"{group} {string.Join(" and ", rates.Rates.Select(rate => string.Create(CultureInfo.InvariantCulture, $"{100 * rate[i].Value:0.0} % of {rate[i].Items}")))}");
        return string.Create(CultureInfo.InvariantCulture, $" By group: {string.Join(", ", groups)}. Shuffled among the groups, a gap as large has p = {((GroupGap)estimate).PermutationP:0.####}.");
    }

    /// <summary>Every group's rates in an evaluation, over the items that the rule counts; null where they are not of the groups that it names.</summary>
    internal GroupRates? RatesOf(EvaluationReport report)
    {
        var repeated = report.Repeated.ToHashSet();
        var outcomes = new List<GroupOutcome>();
        foreach (var item in report.Items.Where(item => !repeated.Contains(item.Id) && Measure.Selects(item.Fields)))
        {
            if (item.Fields?.GetValueOrDefault(Measure.Slices!) is not { } group || !TryScore(item, out var score))
                return null;
            outcomes.Add(new GroupOutcome(group, score == 1, item.Gold is { } gold ? gold == Positive : null));
        }
        var groups = outcomes.Select(outcome => outcome.Group).ToHashSet(StringComparer.Ordinal);
        return groups.SetEquals(Groups) && GroupRates.Of(outcomes, Fairness) is { FewestItems: > 0 } rates ? rates : null;
    }

    private IReadOnlyList<GroupOutcome> Outcomes(ItemScores scores) =>
        [.. scores.Candidate.Select((score, i) => new GroupOutcome(scores.Slices![i], score == 1, scores.Golds[i] is { } gold ? gold == Positive : null))];

    private static GroupFairnessRule Read(RuleHead head, MappingReader reader)
    {
        var (measure, plan) = ReadCommon(reader);
        var fairness = reader.Word<FairnessMeasure>("metric", null, ("selection-rate", FairnessMeasure.SelectionRate), ("equal-opportunity", FairnessMeasure.EqualOpportunity), ("equalised-odds", FairnessMeasure.EqualisedOdds));
        return new GroupFairnessRule(head, measure with { Slices = reader.Text("group") }, plan, fairness, reader.Texts("groups"), reader.Whole("positive"), reader.Number("maximum"));
    }

    private sealed class Validator : StatisticalRuleValidator<GroupFairnessRule>
    {
        private const int MostGroups = 50;

        public Validator()
            : base(rule => rule.Maximum, maximum => maximum > 0, "'maximum' must be positive")
        {
            RuleFor(rule => rule.Groups).Must(groups => groups.Distinct(StringComparer.Ordinal).Count() == groups.Count && groups.Count is >= 2 and <= MostGroups)
                .WithMessage($"'groups' names 2 to {MostGroups} groups, each once");
            RuleFor(rule => rule.Positive).Must(positive => positive >= 0).WithMessage("'positive' is the index of a choice, from 0");
            RuleFor(rule => rule.Measure.Cluster).Must(cluster => cluster is null).WithMessage("'cluster' is not supported here: every item is a person of its own");
            RuleFor(rule => rule.Plan.AssumedDifference).Must((rule, difference) => double.IsNaN(rule.Maximum) || (difference >= 0 && difference < rule.Maximum))
                .WithMessage("'assumedDifference' must be smaller than 'maximum', or no number of items shows it");
        }
    }
}
