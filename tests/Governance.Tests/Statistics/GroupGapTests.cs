using Loragate.Governance.Statistics;

namespace Loragate.Governance.Tests.Statistics;

public sealed class GroupGapTests
{
    [Fact]
    public void Rates_and_gaps_are_counted_by_hand()
    {
        List<GroupOutcome> outcomes = [.. Group("a", 8, 2, 3, 7), .. Group("b", 5, 5, 3, 7)];
        Assert.Equal([new Share(11, 20), new Share(8, 20)], GroupRates.Of(outcomes, FairnessMeasure.SelectionRate).Rates[0]);
        Assert.Equal([new Share(8, 10), new Share(5, 10)], Assert.Single(GroupRates.Of(outcomes, FairnessMeasure.EqualOpportunity).Rates));
        var odds = GroupRates.Of(outcomes, FairnessMeasure.EqualisedOdds);
        Assert.Equal([new Share(3, 10), new Share(3, 10)], odds.Rates[1]);
        Assert.Equal((0.15, 0.3), (Math.Round(GroupRates.Of(outcomes, FairnessMeasure.SelectionRate).Gap, 9), Math.Round(odds.Gap, 9)));
    }

    [Fact]
    public void Of_two_groups_the_bounds_are_Newcombes_from_exact_ones_of_either_rate()
    {
        var gap = GroupGap.Of([.. Group("a", 56, 14, 0, 0), .. Group("b", 48, 32, 0, 0)], FairnessMeasure.SelectionRate, 1, "task");
        Bounds Difference(double level) => Newcombe.Difference(new Share(56, 70), new Share(48, 80), share => ClopperPearson.Interval(share.Successes, share.Items, level));
        Assert.Equal(Difference(0.9).Upper, gap.Upper(0.05), 1e-12);
        Assert.Equal(Difference(0.95).Lower, gap.Lower(0.05), 1e-12);
        Assert.Equal(0.05, gap.PBelow(gap.Upper(0.05)), 1e-6);
        Assert.Equal("newcombe-exact-permutation-9999-seed-1", gap.Procedure);
        // Fisher's exact test of this table gives p = 0.0087 (two-sided), which the permutation estimates.
        Assert.InRange(gap.PermutationP, 0.004, 0.014);
    }

    [Fact]
    public void Without_a_gap_nothing_is_shown_to_differ()
    {
        var gap = GroupGap.Of([.. Group("a", 20, 20, 0, 0), .. Group("b", 20, 20, 0, 0)], FairnessMeasure.SelectionRate, 1, "task");
        Assert.Equal((0, 1, 1), (gap.Value, gap.PermutationP, gap.PAbove(0.05)));
        Assert.Equal(0, gap.Lower(0.05));
    }

    [Fact]
    public void Shuffled_labels_are_flagged_no_oftener_than_alpha()
    {
        const int Runs = 60;
        var generator = new SplitMix64(11);
        var flagged = 0;
        for (var run = 0; run < Runs; run++)
        {
            // Six groups of 30 of one and the same population: the largest of 15 differences is large by chance.
            List<GroupOutcome> outcomes = [.. Enumerable.Range(0, 180).Select(i => new GroupOutcome($"{i % 6}", generator.NextDouble() < 0.4, null))];
            if (GroupGap.Of(outcomes, FairnessMeasure.SelectionRate, run, "task").PAbove(0) <= 0.05)
                flagged++;
        }
        // Four Monte-Carlo standard errors.
        Assert.InRange((double)flagged / Runs, 0, 0.05 + 4 * Math.Sqrt(0.05 * 0.95 / Runs));
    }

    [Fact]
    public void A_planted_gap_is_shown()
    {
        var gap = GroupGap.Of([.. Group("a", 80, 20, 20, 80), .. Group("b", 40, 60, 20, 80)], FairnessMeasure.EqualisedOdds, 1, "task");
        Assert.True(gap.PAbove(0.1) <= 0.001);
        Assert.True(gap.Lower(0.05) > 0.2);
    }

    private static IEnumerable<GroupOutcome> Group(string name, int truePositives, int falseNegatives, int falsePositives, int trueNegatives) =>
    [
        .. Enumerable.Repeat(new GroupOutcome(name, true, true), truePositives),
        .. Enumerable.Repeat(new GroupOutcome(name, false, true), falseNegatives),
        .. Enumerable.Repeat(new GroupOutcome(name, true, false), falsePositives),
        .. Enumerable.Repeat(new GroupOutcome(name, false, false), trueNegatives),
    ];
}
