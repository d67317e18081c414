using Loragate.Governance.Policies;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Deciding;

/// <summary>
/// Whether a rule's outcome stands on items that another machine might score the other way: it is weighed again with all coin flips for the
/// candidate and with all against it.
/// </summary>
/// <param name="Count">How many scores are coin flips.</param>
/// <param name="Clears">Whether the bounds lie in the demanded region both times.</param>
/// <param name="FailureP">The larger p of the test for failure.</param>
internal sealed record CoinFlipCheck(int Count, bool Clears, double FailureP)
{
    /// <summary>Weighs again; null without coin flips.</summary>
    public static CoinFlipCheck? Of(StatisticalRule rule, ItemScores scores, double alpha)
    {
        if (scores.CoinFlips == 0)
            return null;
        var (up, down) = (rule.Estimate(scores.Fallen(towardsCandidate: true)), rule.Estimate(scores.Fallen(towardsCandidate: false)));
        return new CoinFlipCheck(scores.CoinFlips, Holds(up) && Holds(down), Math.Max(FailureP(up), FailureP(down)));

        bool Holds(Estimate? estimate) => estimate is not null && rule.Region.Holds(estimate.Lower(alpha), estimate.Upper(alpha));
        double FailureP(Estimate? estimate) => estimate is null ? 1 : rule.Region.FailureP(estimate);
    }
}
