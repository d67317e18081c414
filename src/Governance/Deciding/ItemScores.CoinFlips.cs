using Loragate.Governance.Statistics;

namespace Loragate.Governance.Deciding;

/// <summary>What becomes of the estimates if the coin flips fall otherwise.</summary>
internal sealed partial record ItemScores
{
    /// <summary>Scores that are coin flips, of both models; scores without ends move by no more than the noise itself.</summary>
    public int CoinFlips => Ends is not null ? CandidateFlips.Count(isFlip => isFlip) + (BaseFlips?.Count(isFlip => isFlip) ?? 0) : 0;

    /// <summary>The least and greatest that a coin flip can be: the metric's; where nobody declared them, 0 and 1 of shares, −1 and 1 of scores for or against a group, and none of numbers.</summary>
    private (double Least, double Greatest)? Ends => (Range, AreShares) switch
    {
        ({ IsBounded: true } range, _) => (range.Least, range.Greatest),
        ({ }, _) => null,
        (_, true) => (0, 1),
        _ => Candidate.Concat(Base ?? []).All(score => score is -1 or 0 or 1) ? (-1, 1) : null,
    };

    /// <summary>The candidate's mean however its coin flips fall. Of independent shares the two extremes bound all others: both bounds rise with every hit.</summary>
    public IEnumerable<Estimate?> FallenLevels()
    {
        yield return Fallen(towardsCandidate: true).Level();
        yield return Fallen(towardsCandidate: false).Level();
        if (AreShares && Clusters is null)
            yield break;
        var (lows, highs) = Reach(Candidate, CandidateFlips);
        var range = ClusteredRange.Of(lows, highs, Clusters);
        if (!AreShares)
        {
            foreach (var estimate in Widest(range, Limits))
                yield return estimate;
            yield break;
        }
        foreach (var estimate in Flat(range, 0, 1))
            yield return estimate;
        for (var hits = (int)range.Least + 1; hits < range.Greatest; hits++)
        {
            if (range.At(hits) is { StandardError: > 0 } mean)
                yield return new ClusteredShareEstimate(hits, mean);
        }
    }

    /// <summary>
    /// The mean paired difference however the coin flips of both models fall. Of independent shares the two extremes bound all others: Tango's statistic rises with every gain and
    /// falls with every loss, at any difference. The bootstrap is drawn for the extremes alone.
    /// </summary>
    public IEnumerable<Estimate?> FallenImprovements(bool lowerIsBetter, bool isBootstrap)
    {
        yield return Fallen(towardsCandidate: true).Improvement(lowerIsBetter, isBootstrap);
        yield return Fallen(towardsCandidate: false).Improvement(lowerIsBetter, isBootstrap);
        if (isBootstrap || (AreShares && Clusters is null))
            yield break;
        var (candidate, @base) = (Reach(Candidate, CandidateFlips), Reach(Base!, BaseFlips!));
        var (better, worse) = lowerIsBetter ? (@base, candidate) : (candidate, @base);
        double[] lows = [.. better.Lows.Zip(worse.Highs, (low, high) => low - high)], highs = [.. better.Highs.Zip(worse.Lows, (high, low) => high - low)];
        var range = ClusteredRange.Of(lows, highs, Clusters);
        foreach (var estimate in AreShares ? [.. Flat(range, -1, 1)] : Widest(range, DifferenceLimits))
            yield return estimate;
        foreach (var estimate in AreShares ? Pairs(range, lows, highs) : [])
            yield return estimate;
    }

    /// <summary>Every coin flip fallen one way: the candidate's scores to the greatest value and the base's to the least, or the other way round.</summary>
    private ItemScores Fallen(bool towardsCandidate)
    {
        var (candidate, @base) = (Reach(Candidate, CandidateFlips), Base is null ? default : Reach(Base, BaseFlips!));
        return this with { Candidate = towardsCandidate ? candidate.Highs : candidate.Lows, Base = towardsCandidate ? @base.Lows : @base.Highs };
    }

    /// <summary>The least and the greatest that each score can be.</summary>
    private (double[] Lows, double[] Highs) Reach(double[] scores, bool[] isFlip)
    {
        var (least, greatest) = Ends ?? throw new InvalidOperationException("These scores have no coin flips.");
        return ([.. scores.Select((score, i) => isFlip[i] ? least : score)], [.. scores.Select((score, i) => isFlip[i] ? greatest : score)]);
    }

    /// <summary>
    /// Means at both ends with the widest error, which bound all between (<see cref="ClusteredRange"/>). Where all clusters may be alike, what they then show as well; nothing where no limits tell.
    /// </summary>
    private IEnumerable<Estimate?> Widest(ClusteredRange range, (double Least, double Greatest)? limits)
    {
        if (range.Flat is not null && limits is null)
            return [null];
        MeanEstimate At(double total) => new(Clusters is null ? "t" : "clustered-t", range.At(total), ClusterCount);
        return [At(range.Least), At(range.Greatest), .. limits is var (least, greatest) ? Flat(range, least, greatest) : []];
    }

    /// <summary>Clusters that may all be alike: the bounds of such a mean rise with it.</summary>
    private IEnumerable<Estimate> Flat(ClusteredRange range, double least, double greatest) => range.Flat is { } flat
        ? new[] { flat.Least, flat.Greatest }.Select(mean => new UnvaryingEstimate(mean, least, greatest, Count, ClusterCount))
        : [];

    /// <summary>Every number of gains and losses that the items can have, each with the widest error.</summary>
    private static IEnumerable<Estimate> Pairs(ClusteredRange range, double[] lows, double[] highs)
    {
        int Sure(double difference) => lows.Zip(highs).Count(item => item.First == difference && item.Second == difference);
        int Open(double low, double high) => lows.Zip(highs).Count(item => item == (low, high));
        var (gains, losses, mayGain, mayLose, mayBoth) = (Sure(1), Sure(-1), Open(0, 1), Open(-1, 0), Open(-1, 1));
        for (var gained = gains; gained <= gains + mayGain + mayBoth; gained++)
        {
            for (var lost = losses; lost <= losses + mayLose + mayBoth; lost++)
            {
                if (Math.Max(0, gained - gains - mayGain) + Math.Max(0, lost - losses - mayLose) > mayBoth)
                    continue;
                var mean = range.At(gained - lost);
                // Items that all gain, all lose or all stay do not vary.
                if (mean.StandardError > 0 && gained + lost > 0 && gained != mean.Items && lost != mean.Items)
                    yield return new ClusteredPairedShareEstimate(gained, lost, mean);
            }
        }
    }
}
