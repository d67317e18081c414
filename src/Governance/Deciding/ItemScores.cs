using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Deciding;

/// <summary>The selected items' scores, ready for a procedure.</summary>
internal sealed partial record ItemScores
{
    /// <summary>The candidate's scores in row order, finite.</summary>
    public required double[] Candidate { get; init; }

    /// <summary>The base's scores of the same items; null where they are not compared.</summary>
    public required double[]? Base { get; init; }

    /// <summary>Each item's cluster; null where items are independent.</summary>
    public required string[]? Clusters { get; init; }

    /// <summary>Each item's slice; null where none are looked at.</summary>
    public required string[]? Slices { get; init; }

    /// <summary>The index of each item's right choice, where there is one.</summary>
    public required int?[] Golds { get; init; }

    /// <summary>Whether each of the candidate's scores is a coin flip: within the engine's noise of another.</summary>
    public required bool[] CandidateFlips { get; init; }

    /// <summary>The same of the base's scores; null where they are not compared.</summary>
    public required bool[]? BaseFlips { get; init; }

    /// <summary>What a score can be; null where nobody declared it: then the scores themselves tell.</summary>
    public required MetricRange? Range { get; init; }

    /// <summary>The policy's name of the task: with the seed it names the stream of random numbers.</summary>
    public required string Task { get; init; }

    /// <summary>The policy's seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Digests of the reports.</summary>
    public required IReadOnlyList<Digest> Evidence { get; init; }

    /// <summary>How many items there are.</summary>
    public int Count => Candidate.Length;

    /// <summary>Whether scores are 0 or 1: all of them are, and the metric has no others.</summary>
    public bool AreShares => Range is null or { Least: 0, Greatest: 1 } && Candidate.All(IsZeroOrOne) && (Base is null || Base.All(IsZeroOrOne));

    /// <summary>Items that only the candidate scores 1; null where that means nothing.</summary>
    public int? Gained => Base is null || !AreShares ? null : Candidate.Zip(Base).Count(pair => pair.First > pair.Second);

    /// <summary>Items that only the base scores 1; null where that means nothing.</summary>
    public int? Lost => Base is null || !AreShares ? null : Candidate.Zip(Base).Count(pair => pair.First < pair.Second);

    /// <summary>How many clusters there are.</summary>
    public int? ClusterCount => Clusters?.Distinct(StringComparer.Ordinal).Count();

    /// <summary>The least and the greatest that a score can be; null where it has no such ends, or nobody declared them.</summary>
    private (double Least, double Greatest)? Limits => Range is { IsBounded: true } range ? (range.Least, range.Greatest) : null;

    /// <summary>The same of a difference of two scores.</summary>
    private (double Least, double Greatest)? DifferenceLimits => Limits is var (least, greatest) ? (least - greatest, greatest - least) : null;

    /// <summary>The candidate's mean; null where no procedure can bound it.</summary>
    public Estimate? Level() => AreShares switch
    {
        true when Clusters is null => new ExactEstimate((int)Candidate.Sum(), Count),
        true => Clustered(Candidate, Candidate, 0, 1, mean => new ClusteredShareEstimate((int)Candidate.Sum(), mean)),
        false => MeanOf(Candidate, Candidate, Limits),
    };

    /// <summary>The mean paired difference, candidate − base, or base − candidate where lower is better; null where no procedure can bound it.</summary>
    /// <param name="lowerIsBetter">Whether small scores are good.</param>
    /// <param name="isBootstrap">Whether the bounds are the bootstrap's.</param>
    public Estimate? Improvement(bool lowerIsBetter, bool isBootstrap)
    {
        var sign = lowerIsBetter ? -1 : 1;
        var differences = Candidate.Zip(Base!, (candidate, @base) => sign * (candidate - @base)).ToArray();
        double[] scores = [.. Candidate, .. Base!];
        return AreShares switch
        {
            _ when isBootstrap => HasWidth(MeanAndError(differences), scores) ? PairedBootstrap.Of(differences, Clusters, (ulong)Seed, Task) : null,
            true when Clusters is null => lowerIsBetter
                ? new PairedShareEstimate(Lost!.Value, Gained!.Value, Count)
                : new PairedShareEstimate(Gained!.Value, Lost!.Value, Count),
            true => Clustered(differences, scores, -1, 1, mean => new ClusteredPairedShareEstimate(lowerIsBetter ? Lost!.Value : Gained!.Value, lowerIsBetter ? Gained!.Value : Lost!.Value, mean)),
            false => MeanOf(differences, scores, DifferenceLimits),
        };
    }

    /// <summary>The scores of each slice, by its name.</summary>
    public IEnumerable<(string Slice, ItemScores Scores)> BySlice() => Slices is null
        ? []
        : Slices.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(slice => (slice, Only(i => Slices[i] == slice)));

    private ItemScores Only(Func<int, bool> isIn)
    {
        int[] indices = [.. Enumerable.Range(0, Count).Where(isIn)];
        return this with
        {
            Candidate = [.. indices.Select(i => Candidate[i])],
            Base = Base is null ? null : [.. indices.Select(i => Base[i])],
            Clusters = Clusters is null ? null : [.. indices.Select(i => Clusters[i])],
            Slices = null,
            Golds = [.. indices.Select(i => Golds[i])],
            CandidateFlips = [.. indices.Select(i => CandidateFlips[i])],
            BaseFlips = BaseFlips is null ? null : [.. indices.Select(i => BaseFlips[i])],
        };
    }

    /// <summary>Shares in clusters. Values may differ and every cluster still have the same sum of deviations: then there is no width to go by.</summary>
    private Estimate Clustered(double[] values, double[] scores, double least, double greatest, Func<ClusteredMean, Estimate> estimate)
    {
        var mean = ClusteredMean.Of(values, Clusters!);
        return HasWidth(mean, scores) ? estimate(mean) : new UnvaryingEstimate(mean.Mean, least, greatest, Count, ClusterCount);
    }

    /// <summary>Other scores. Where every cluster has the same sum of deviations, only declared limits tell how far they might be from the mean.</summary>
    private Estimate? MeanOf(double[] values, double[] scores, (double Least, double Greatest)? limits)
    {
        var mean = MeanAndError(values);
        return HasWidth(mean, scores) ? new MeanEstimate(Clusters is null ? "t" : "clustered-t", mean, ClusterCount)
            : limits is { } ends ? new UnvaryingEstimate(mean.Mean, ends.Least, ends.Greatest, Count, ClusterCount)
            : null;
    }

    private ClusteredMean MeanAndError(double[] values) => Clusters is null ? ClusteredMean.Of(values) : ClusteredMean.Of(values, Clusters);

    /// <summary>
    /// Whether the standard error is more than rounding; without width an interval would claim certainty, and so would resamples, which are all alike. Rounding is in proportion to the
    /// scores, also where values are differences of them: a small difference of large scores carries the rounding of these.
    /// </summary>
    private static bool HasWidth(ClusteredMean mean, double[] scores) => mean.StandardError > 1e-12 * scores.Max(Math.Abs);

    private static bool IsZeroOrOne(double score) => score is 0 or 1;
}
