using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Statistics;
using Loragate.Governance.Tests.Statistics;

namespace Loragate.Governance.Tests.Deciding;

/// <summary>The estimates that coin flips are weighed by, against every way in which the flips can fall.</summary>
public sealed class FallenEstimateTests
{
    private const double Alpha = 0.05;

    public static TheoryData<string, bool, bool> Kinds => new()
    {
        { "shares", false, false },
        { "shares", true, false },
        { "shares", false, true },
        { "shares", true, true },
        { "sides", false, false },
        { "sides", true, false },
        { "sides", false, true },
        { "sides", true, true },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void No_way_in_which_the_flips_can_fall_is_outside_of_what_is_weighed(string kind, bool clustered, bool paired)
    {
        var generator = new SplitMix64(7);
        for (var trial = 0; trial < 60; trial++)
        {
            var scores = Draw(generator, kind, clustered, paired);
            var weighed = (paired ? scores.FallenImprovements(lowerIsBetter: trial % 2 == 0, isBootstrap: false) : scores.FallenLevels()).ToList();
            Assert.All(weighed, Assert.NotNull);
            foreach (var fallen in Every(scores))
            {
                var estimate = paired ? fallen.Improvement(lowerIsBetter: trial % 2 == 0, isBootstrap: false) : fallen.Level();
                Assert.NotNull(estimate);
                Assert.True(weighed.Min(one => one!.Lower(Alpha)) <= estimate.Lower(Alpha) + 1e-9, $"trial {trial}: {estimate}");
                Assert.True(weighed.Max(one => one!.Upper(Alpha)) >= estimate.Upper(Alpha) - 1e-9, $"trial {trial}: {estimate}");
            }
        }
    }

    /// <summary>Scores for or against a group whose metric nobody declared: all of them against it have no width and no limits, so nothing bounds their mean.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Flips_that_can_fall_so_that_nothing_bounds_the_estimate_are_weighed_so(bool paired)
    {
        double[] against = [.. Enumerable.Repeat(-1.0, 24)];
        bool[] flips = [true, true, .. Enumerable.Repeat(false, 22)];
        var scores = Draw(new SplitMix64(1), "sides", clustered: false, paired) with
        {
            Range = null,
            Candidate = [0, 1, .. against[2..]],
            CandidateFlips = flips,
            Base = paired ? [1, 0, .. against[2..]] : null,
            BaseFlips = paired ? flips : null,
        };
        Assert.NotNull(paired ? scores.Improvement(lowerIsBetter: false, isBootstrap: false) : scores.Level());
        Assert.Contains(null, paired ? scores.FallenImprovements(lowerIsBetter: false, isBootstrap: false) : scores.FallenLevels());
    }

    /// <summary>Without the widest error the extremes alone would do; they do not.</summary>
    [Fact]
    public void In_clusters_the_extremes_alone_miss_what_lies_between_them()
    {
        var generator = new SplitMix64(7);
        var missed = 0;
        for (var trial = 0; trial < 200; trial++)
        {
            var scores = Draw(generator, "sides", clustered: true, paired: false);
            var extremes = scores.FallenLevels().Take(2).Min(one => one?.Lower(Alpha) ?? 0);
            missed += Every(scores).Any(fallen => fallen.Level() is { } estimate && estimate.Lower(Alpha) < extremes - 1e-9) ? 1 : 0;
        }
        Assert.True(missed > 0);
    }

    [Fact]
    public void Of_independent_pairs_Tangos_statistic_rises_with_every_gain_and_falls_with_every_loss()
    {
        foreach (var items in new[] { 5, 12, 40 })
        {
            for (var gained = 0; gained < items; gained++)
            {
                for (var lost = 0; lost + gained < items; lost++)
                {
                    for (var lambda = -0.95; lambda < 1; lambda += 0.05)
                    {
                        var score = TangoScore.Score(gained, lost, items, lambda);
                        Assert.True(TangoScore.Score(gained + 1, lost, items, lambda) >= score - 1e-9);
                        Assert.True(TangoScore.Score(gained, lost + 1, items, lambda) <= score + 1e-9);
                    }
                }
            }
        }
    }

    [Fact]
    public void A_score_for_or_against_a_group_can_fall_to_the_other_side_though_none_in_the_data_lies_there()
    {
        var scores = Draw(new SplitMix64(1), "sides", clustered: false, paired: false) with { Candidate = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], CandidateFlips = [true, .. Enumerable.Repeat(false, 11)] };
        Assert.False(scores.AreShares);
        Assert.Contains(scores.FallenLevels(), estimate => Math.Abs(estimate!.Value - 5.0 / 12) < 1e-12);
    }

    private static ItemScores Draw(SplitMix64 generator, string kind, bool clustered, bool paired)
    {
        const int Items = 24;
        double[] Values() => [.. Enumerable.Range(0, Items).Select(i => kind == "shares" ? generator.NextDouble() < 0.7 ? 1.0 : 0.0 : i < 6 ? 1.0 : Math.Floor(3 * generator.NextDouble()) - 1)];
        bool[] Flips() => [.. Enumerable.Range(0, Items).Select(_ => generator.NextDouble() < 0.1)];
        return new ItemScores
        {
            Candidate = Values(),
            Base = paired ? Values() : null,
            Clusters = clustered ? [.. Enumerable.Range(0, Items).Select(i => $"{i / 3}")] : null,
            Slices = null,
            Golds = new int?[Items],
            CandidateFlips = Flips(),
            BaseFlips = paired ? Flips() : null,
            Range = kind == "shares" ? MetricRange.Share : new MetricRange(-1, 1, 0),
            Task = "t",
            Seed = 1,
            Evidence = [],
        };
    }

    /// <summary>Each flip to each end of the range; the first five flips of each model only, the others stay.</summary>
    private static IEnumerable<ItemScores> Every(ItemScores scores)
    {
        var (least, greatest) = (scores.Range!.Least, scores.Range.Greatest);
        int[] candidate = [.. Indices(scores.CandidateFlips)], @base = [.. Indices(scores.BaseFlips ?? [])];
        for (var mask = 0; mask < 1 << (candidate.Length + @base.Length); mask++)
        {
            var bits = mask;
            double[] After(double[] values, int[] flips, int shift) => [.. values.Select((value, i) => Array.IndexOf(flips, i) is >= 0 and var k ? (bits >> (shift + k) & 1) == 1 ? greatest : least : value)];
            yield return scores with { Candidate = After(scores.Candidate, candidate, 0), Base = scores.Base is null ? null : After(scores.Base, @base, candidate.Length) };
        }

        static IEnumerable<int> Indices(bool[] flips) => flips.Index().Where(flip => flip.Item).Select(flip => flip.Index).Take(5);
    }
}
