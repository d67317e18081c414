using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Deciding;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Trials;

/// <summary>Two models of a report on a task, item by item: Tango's score for yes-or-no scores, t otherwise, as a policy's paired rules without clusters take them. A report knows no clusters, so every item counts as independent of the others.</summary>
/// <param name="Gained">Items on which the first scores more.</param>
/// <param name="Lost">Items on which it scores less.</param>
/// <param name="Difference">The mean of the first less the mean of the second.</param>
public sealed record TrialComparison(int Gained, int Lost, Estimate Difference)
{
    private const double Level = 0.95;

    /// <summary>Holds one model's scores against another's.</summary>
    /// <param name="one">The first.</param>
    /// <param name="other">The second, on the same items.</param>
    public static TrialComparison Of(TrialScore one, TrialScore other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        var pairs = one.Scores.Zip(other.Scores).ToList();
        var estimate = pairs.Count > 1 || AreShares(one) && AreShares(other) ? Items(one, other).Improvement(lowerIsBetter: false, isBootstrap: false) : null;
        return new TrialComparison(
            pairs.Count(pair => pair.First > pair.Second),
            pairs.Count(pair => pair.First < pair.Second),
            estimate ?? new UnvaryingEstimate(pairs.Average(pair => pair.First - pair.Second), -1, 1, pairs.Count, null));
    }

    /// <summary>The two-sided 95 % interval of a model's score: Clopper and Pearson's for yes-or-no scores, t otherwise.</summary>
    public static Bounds Interval(TrialScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        var estimate = score.Items > 1 || AreShares(score) ? Items(score, null).Level() : null;
        estimate ??= new UnvaryingEstimate(score.Value, 0, 1, score.Items, null);
        return new Bounds(Math.Max(0, estimate.Lower((1 - Level) / 2)), Math.Min(1, estimate.Upper((1 - Level) / 2)));
    }

    private static bool AreShares(TrialScore score) => score.Scores.All(value => value is 0 or 1);

    private static ItemScores Items(TrialScore one, TrialScore? other) => new()
    {
        Candidate = [.. one.Scores],
        Base = other is null ? null : [.. other.Scores],
        Clusters = null,
        Slices = null,
        Golds = [],
        CandidateFlips = [],
        BaseFlips = null,
        Range = null,
        Task = one.Task,
        Seed = 0,
        Evidence = [],
    };
}
