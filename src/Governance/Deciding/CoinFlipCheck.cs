using Loragate.Governance.Policies;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Deciding;

/// <summary>
/// Whether an outcome stands on items that another machine might score the other way: it is weighed again by estimates between which lies whatever such a machine
/// would find.
/// </summary>
/// <param name="Count">How many scores are coin flips.</param>
/// <param name="Clears">Whether the bounds lie in the demanded region each time.</param>
/// <param name="FailureP">The largest p of the test for failure; beyond α, one that large at least.</param>
internal sealed record CoinFlipCheck(int Count, bool Clears, double FailureP)
{
    /// <summary>Weighs a rule again; null without coin flips.</summary>
    public static CoinFlipCheck? Of(StatisticalRule rule, ItemScores scores, double alpha) =>
        Of(rule.Region, scores.CoinFlips, () => rule.Fallen(scores), alpha);

    /// <summary>Weighs again; null without coin flips.</summary>
    /// <param name="region">Where the true value must lie.</param>
    /// <param name="count">How many coin flips there are.</param>
    /// <param name="estimates">The estimates however the coin flips fall; null for one that cannot be made.</param>
    /// <param name="alpha">α.</param>
    public static CoinFlipCheck? Of(Region region, int count, Func<IEnumerable<Estimate?>> estimates, double alpha)
    {
        if (count == 0)
            return null;
        var (clears, failureP) = (true, 0.0);
        foreach (var estimate in estimates())
        {
            clears = clears && estimate is not null && region.ShownP(estimate) < alpha;
            failureP = Math.Max(failureP, estimate is null ? 1 : region.FailureP(estimate));
            if (!clears && failureP > alpha)
                break;
        }
        return new CoinFlipCheck(count, clears, failureP);
    }
}
