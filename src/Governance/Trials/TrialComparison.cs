using Loragate.Artifacts.Records.Training;
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
        return new TrialItems(one).Against(new TrialItems(other));
    }

    /// <summary>The two-sided 95 % interval of a model's score: Clopper and Pearson's for yes-or-no scores, t otherwise.</summary>
    public static Bounds Interval(TrialScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        var items = new TrialItems(score);
        var estimate = score.Items > 1 || items.AreShares ? items.ToScores(null).Level() : null;
        estimate ??= new UnvaryingEstimate(score.Value, 0, 1, score.Items, null);
        return new Bounds(Math.Max(0, estimate.Lower((1 - Level) / 2)), Math.Min(1, estimate.Upper((1 - Level) / 2)));
    }
}
