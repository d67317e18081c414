using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using static Loragate.Governance.Tests.Deciding.OneRuleEvidence;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

public sealed class StatisticalRuleTests
{
    [Fact]
    public void Equal_scores_on_enough_items_pass()
    {
        var rule = Single(Decide(Pair(200, gained: 10, lost: 10)));
        Assert.Equal((Outcome.Passed, Reason.BoundClearsMargin), (rule.Outcome, rule.Reason));
        Assert.Equal((10, 10, -0.1, "tango-score"), (rule.Statistic!.Gained, rule.Statistic.Lost, rule.Statistic.Threshold, rule.Statistic.Procedure));
        Assert.Equal(["C1"], rule.Controls);
        Assert.Null(rule.Statistic.ItemsNeeded);
    }

    [Fact]
    public void A_large_loss_fails()
    {
        var decision = Decide(Pair(200, gained: 0, lost: 60));
        Assert.Equal(Verdict.Rejected, decision.Verdict);
        Assert.Equal(Reason.BoundFailsMargin, Single(decision).Reason);
    }

    [Fact]
    public void A_loss_near_the_margin_is_undecided_and_says_how_many_items_would_decide()
    {
        var decision = Decide(Pair(200, gained: 8, lost: 24));
        Assert.Equal(Verdict.Undecided, decision.Verdict);
        var rule = Single(decision);
        Assert.Equal(Reason.BoundsStraddleMargin, rule.Reason);
        var needed = rule.Statistic!.ItemsNeeded!.Value;
        var scale = needed / 200.0;
        var larger = Pair((int)(200 * scale) + 20, gained: (int)(8 * scale), lost: (int)(24 * scale));
        Assert.Equal(Outcome.Passed, Single(Decide(larger)).Outcome);
        Assert.Contains($"about {needed} items would decide", rule.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_real_loss_below_the_margin_passes_with_a_caution()
    {
        var rule = Single(Decide(Pair(400, gained: 2, lost: 14)));
        Assert.Equal(Outcome.Passed, rule.Outcome);
        Assert.Contains("A loss is shown all the same", rule.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repeated_item_does_not_count()
    {
        var evidence = Pair(200, gained: 10, lost: 10);
        int[] repeated = [.. Enumerable.Range(100, 50)];
        evidence = Base(Candidate(evidence, evidence.Candidate["skill"].Record with { Repeated = repeated }), report => report with { Repeated = repeated });
        Assert.Equal(150, Single(Decide(evidence)).Statistic!.Items);
        int[] most = [.. Enumerable.Range(10, 190)];
        evidence = Base(Candidate(evidence, evidence.Candidate["skill"].Record with { Repeated = most }), report => report with { Repeated = most });
        Assert.Equal(Reason.NotEnoughItems, Single(Decide(evidence)).Reason);
        Assert.Equal(Reason.ItemsDoNotPair, Single(Decide(Base(evidence, report => report with { Repeated = [] }))).Reason);
    }

    [Theory]
    [InlineData("group: a", false, Outcome.Passed, Reason.BoundClearsMargin)]
    [InlineData("group: a", true, Outcome.Undecided, Reason.ItemsDoNotPair)]
    [InlineData("unread: x", true, Outcome.Undecided, Reason.FieldMissing)]
    public void Items_pair_only_where_base_and_candidate_agree_on_the_columns_that_choose_them(string where, bool moved, Outcome outcome, string reason)
    {
        var policy = Policies.PolicyTests.Parse(PolicyText.Replace("margin: 0.1", $"margin: 0.1\n    where: {{{where}}}", StringComparison.Ordinal));
        var evidence = Both(Pair(400, gained: 10, lost: 10), items => [.. items.Select(item => item with { Fields = Group(item.Id < 300) })]);
        if (moved)
            evidence = Base(evidence, report => report with { Items = [.. report.Items.Select(item => item with { Fields = Group(item.Id is < 299 or 399) })] });
        var rule = Single(DecisionMaker.Decide(policy, evidence, Day));
        Assert.Equal((outcome, reason), (rule.Outcome, rule.Reason));

        static Dictionary<string, string> Group(bool first) => new() { ["group"] = first ? "a" : "b" };
    }

    /// <summary>In each cluster one item is gained and one lost: every resample of clusters has the mean 0, which would be an interval of no width.</summary>
    [Fact]
    public void Clusters_whose_changes_all_cancel_leave_the_bootstrap_undecided()
    {
        double[] before = [.. Enumerable.Range(0, 200).Select(i => i % 2)], after = [.. before.Select(score => 1 - score)];
        var evidence = PairedEvidence.Of(before, after, i => new() { ["template"] = $"{i / 2}" });
        var drawn = Single(DecisionMaker.Decide(With("cluster: template\n    interval: bootstrap"), evidence, Day));
        Assert.Equal((Outcome.Undecided, Reason.NoVariation, null), (drawn.Outcome, drawn.Reason, drawn.Statistic));
        Assert.Contains("do not vary from one template to another", drawn.Summary, StringComparison.Ordinal);
        var bounded = Single(DecisionMaker.Decide(With("cluster: template"), evidence, Day));
        Assert.Equal((Outcome.Passed, "cluster-zero-events"), (bounded.Outcome, bounded.Statistic!.Procedure));
        Assert.True(bounded.Statistic.Lower < -0.02);
    }

    /// <summary>Differences that are the same but for the last bit of their subtraction: what varies there is rounding.</summary>
    [Fact]
    public void The_same_gain_in_every_item_is_no_certainty()
    {
        double[] before = [.. Enumerable.Range(0, 200).Select(i => i / 1000.0)], after = [.. before.Select(score => score + 0.1)];
        Assert.True(after.Zip(before, (x, y) => x - y).Distinct().Count() > 1);
        var evidence = PairedEvidence.Of(before, after);
        var drawn = Single(DecisionMaker.Decide(With("interval: bootstrap", "deviation: 0.3"), evidence, Day));
        Assert.Equal((Outcome.Undecided, Reason.NoVariation), (drawn.Outcome, drawn.Reason));
        Assert.Equal("cluster-zero-events", Single(DecisionMaker.Decide(With("interval: analytic", "deviation: 0.3"), evidence, Day)).Statistic!.Procedure);
    }

    /// <summary>What is rounded are the scores: of a gain that is much smaller than these, the last bits differ by more than a small share of the gain.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1e-14, false)]
    [InlineData(1e-10, true)]
    public void A_small_gain_varies_where_it_varies_by_more_than_the_rounding_of_the_scores(double spread, bool hasWidth)
    {
        const double Gain = 1e-9;
        double[] before = [.. Enumerable.Range(0, 200).Select(i => i / 1000.0)], after = [.. before.Select((score, i) => score + Gain + (i % 2 == 0 ? spread : -spread))];
        double[] gains = [.. after.Zip(before, (x, y) => x - y)];
        Assert.True(gains.Max() - gains.Min() > 1e-12 * Gain * 14, "what the gains vary by is no small share of them");
        var evidence = PairedEvidence.Of(before, after);
        var drawn = Single(DecisionMaker.Decide(With("interval: bootstrap", "deviation: 0.3"), evidence, Day));
        Assert.Equal(hasWidth ? (Outcome.Passed, Reason.BoundClearsMargin) : (Outcome.Undecided, Reason.NoVariation), (drawn.Outcome, drawn.Reason));
        Assert.Equal(hasWidth ? "t" : "cluster-zero-events", Single(DecisionMaker.Decide(With("interval: analytic", "deviation: 0.3"), evidence, Day)).Statistic!.Procedure);
    }

    private static Policy With(string options, string spread = "discordance: 0.2") => Policies.PolicyTests.Parse(
        PolicyText.Replace("margin: 0.1", $"margin: 0.1\n    {options}", StringComparison.Ordinal).Replace("discordance: 0.2", spread, StringComparison.Ordinal));
}
