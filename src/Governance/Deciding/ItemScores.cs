using Loragate.Artifacts;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Deciding;

/// <summary>The selected items' scores, ready for a procedure.</summary>
/// <param name="Candidate">The candidate's scores in row order, finite.</param>
/// <param name="Base">The base's scores of the same items; null where they are not compared.</param>
/// <param name="Clusters">Each item's cluster; null where items are independent.</param>
/// <param name="Evidence">Digests of the reports.</param>
internal sealed record ItemScores(double[] Candidate, double[]? Base, string[]? Clusters, IReadOnlyList<Digest> Evidence)
{
    /// <summary>How many items there are.</summary>
    public int Count => Candidate.Length;

    /// <summary>Whether all scores are 0 or 1.</summary>
    public bool AreShares => Candidate.All(IsZeroOrOne) && (Base is null || Base.All(IsZeroOrOne));

    /// <summary>Items that only the candidate scores 1; null where that means nothing.</summary>
    public int? Gained => Base is null || !AreShares ? null : Candidate.Zip(Base).Count(pair => pair.First > pair.Second);

    /// <summary>Items that only the base scores 1; null where that means nothing.</summary>
    public int? Lost => Base is null || !AreShares ? null : Candidate.Zip(Base).Count(pair => pair.First < pair.Second);

    /// <summary>How many clusters there are.</summary>
    public int? ClusterCount => Clusters?.Distinct(StringComparer.Ordinal).Count();

    /// <summary>The candidate's mean; null where no procedure can bound it.</summary>
    public Estimate? Level(bool isExact) => AreShares switch
    {
        true when Clusters is null => isExact ? new ExactEstimate((int)Candidate.Sum(), Count) : new WilsonEstimate((int)Candidate.Sum(), Count),
        true => MeanOf(Candidate, 0, 1),
        false => MeanOf(Candidate, null, null),
    };

    /// <summary>The mean paired difference, candidate − base, or base − candidate where lower is better; null where no procedure can bound it.</summary>
    public Estimate? Improvement(bool lowerIsBetter)
    {
        var sign = lowerIsBetter ? -1 : 1;
        var differences = Candidate.Zip(Base!, (candidate, @base) => sign * (candidate - @base)).ToArray();
        return AreShares switch
        {
            true when Clusters is null => lowerIsBetter
                ? new PairedShareEstimate(Lost!.Value, Gained!.Value, Count)
                : new PairedShareEstimate(Gained!.Value, Lost!.Value, Count),
            true => MeanOf(differences, -1, 1),
            false => MeanOf(differences, null, null),
        };
    }

    private Estimate? MeanOf(double[] values, double? least, double? greatest)
    {
        if (values.Max() > values.Min())
            return Clusters is null ? new MeanEstimate("t", ClusteredMean.Of(values), null) : ClusteredMeanOf(values, least, greatest);
        return least is { } low && greatest is { } high ? new UnvaryingEstimate(values[0], low, high, Count, ClusterCount) : null;
    }

    /// <summary>Values may differ and every cluster still have the same sum of deviations: no width either.</summary>
    private Estimate? ClusteredMeanOf(double[] values, double? least, double? greatest)
    {
        var mean = ClusteredMean.Of(values, Clusters!);
        // A standard error that is only rounding, against a spread of the values that is not.
        if (mean.StandardError > 1e-12 * (values.Max() - values.Min()))
            return new MeanEstimate("clustered-t", mean, ClusterCount);
        return least is { } low && greatest is { } high ? new UnvaryingEstimate(mean.Mean, low, high, Count, ClusterCount) : null;
    }

    private static bool IsZeroOrOne(double score) => score is 0 or 1;
}
