using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Deciding;

/// <summary>A statistical rule's numbers, before the correction over all rules.</summary>
/// <param name="Statistic">The numbers.</param>
/// <param name="Clears">Whether the bounds lie in the demanded region.</param>
/// <param name="FailureP">p of the test for failure.</param>
/// <param name="CoinFlips">What becomes of both if every coin flip falls the other way; null where there are none.</param>
/// <param name="ItemsNeeded">About how many items would decide, where these do not.</param>
/// <param name="Sentence">Estimate, bounds and demand in English.</param>
/// <param name="Caution">A sentence to add where the rule passes although harm is shown; empty otherwise.</param>
/// <param name="Remark">A sentence to add whatever the outcome; empty for none.</param>
/// <param name="Evidence">Digests of the records that were read.</param>
internal sealed record Weighed(
    Statistic Statistic, bool Clears, double FailureP, CoinFlipCheck? CoinFlips, int? ItemsNeeded, string Sentence, string Caution, string Remark, IReadOnlyList<Digest> Evidence) : Assessment(Evidence)
{
    private const int MostItems = 1_000_000_000;

    public static Weighed Of(StatisticalRule rule, Estimate estimate, ItemScores scores, double alpha)
    {
        var region = rule.Region;
        var (lower, upper) = (estimate.Lower(alpha), estimate.Upper(alpha));
        var failureP = region.FailureP(estimate);
        var statistic = new Statistic(
            estimate.Procedure,
            estimate.Value - region.Origin,
            lower - region.Origin,
            upper - region.Origin,
            region.Threshold,
            alpha,
            estimate.Items,
            estimate.Clusters,
            scores.Base?.Average(),
            scores.Candidate.Average(),
            scores.Gained,
            scores.Lost,
            failureP);
        return new Weighed(
            statistic,
            region.Holds(lower, upper),
            failureP,
            CoinFlipCheck.Of(rule, scores, alpha),
            Needed(region, estimate, lower, upper),
            Write(rule, statistic, scores),
            CautionOf(rule, scores, alpha),
            rule.Remark(scores, estimate, alpha),
            scores.Evidence);
    }

    /// <summary>The width of the interval shrinks with √n: n·(width / distance to the nearer limit)², if the estimate stays.</summary>
    private static int? Needed(Region region, Estimate estimate, double lower, double upper)
    {
        var value = estimate.Value;
        var towardsUpper = region.IsLowNearer(value) != region.Contains(value);
        var width = towardsUpper ? upper - value : value - lower;
        var items = Math.Ceiling(estimate.Items * Math.Pow(width / region.Distance(value), 2));
        return items < MostItems ? Math.Max(estimate.Items + 1, (int)items) : null;
    }

    private static string Write(StatisticalRule rule, Statistic statistic, ItemScores scores)
    {
        var unit = new Unit(scores.AreShares);
        var measure = rule.Measure;
        var where = measure.Where.Count == 0 ? "" : $" ({string.Join(", ", measure.Where.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"))})";
        var clusters = statistic.Clusters is { } count ? $" in {count} clusters" : "";
        var confidence = (100 * (1 - statistic.Alpha)).ToString("0.##", CultureInfo.InvariantCulture);
        return $"On {statistic.Items} items of {measure.Task}{where}{clusters}, {rule.Found(statistic, unit)}, one-sided {confidence} % bounds; {rule.Demand(unit)}";
    }

    /// <summary>A loss can be real and still be smaller than the margin, a drift smaller than the maximum: whoever approves should know. Mid-p, because the exact test is too slow to see it.</summary>
    private static string CautionOf(StatisticalRule rule, ItemScores scores, double alpha)
    {
        if (scores is not { Gained: { } gained, Lost: { } lost, Clusters: null })
            return "";
        return rule.HarmBelowLimit(gained, lost) is var (what, midP, exact) && midP <= alpha ? string.Create(CultureInfo.InvariantCulture, $" A {what} is shown all the same (McNemar's test, mid-p = {midP:0.####}, exact p = {exact:0.####}).") : "";
    }
}
