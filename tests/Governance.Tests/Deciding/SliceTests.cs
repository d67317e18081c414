using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Tests.Deciding;

public sealed class SliceTests
{
    private const string Text = """
        schema: loragate.policy/1
        name: one
        version: "1"
        description: One statistical rule.
        alpha: 0.05
        seed: 7
        tasks:
          skill: {file: skill.yaml, purpose: skill}
        rules:
          - id: skill
            check: bias-drift
            severity: block
            why: why
            task: skill
            metric: acc
            slices: group
            maximum: 0.15
            plan: {discordance: 0.3, power: 0.8}
        """;

    [Fact]
    public void Parts_that_cancel_in_the_whole_are_named_and_the_outcome_stays()
    {
        // Two groups drift by 60 points in opposite directions, eight do not drift.
        var rule = Decide(Text, Scores(0.0), Scores(0.6));
        Assert.Equal(Outcome.Passed, rule.Outcome);
        Assert.Contains("Taken apart by group, refuted for down (-60.0), up (+60.0) (Benjamini-Hochberg).", rule.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_part_stands_out_nothing_is_said()
    {
        var rule = Decide(Text, Scores(0.0), Scores(0.1));
        Assert.Equal(Outcome.Passed, rule.Outcome);
        Assert.DoesNotContain("apart", rule.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bootstrap_is_named_with_its_seed()
    {
        var rule = Decide(Text.Replace("slices: group", "interval: bootstrap", StringComparison.Ordinal), Scores(0.0), Scores(0.2));
        Assert.Equal((Outcome.Passed, "expanded-bca-bootstrap-9999-seed-7"), (rule.Outcome, rule.Statistic!.Procedure));
        Assert.Equal(PairedBootstrap.Of([.. Scores(0.2).Zip(Scores(0.0), (after, before) => after - before)], null, 7, "skill").Lower(0.05), rule.Statistic.Lower);
    }

    private static RuleResult Decide(string policy, double[] before, double[] after) =>
        Assert.Single(DecisionMaker.Decide(Policies.PolicyTests.Parse(policy), PairedEvidence.Of(before, after, i => new() { ["group"] = Group(i) }), SampleEvidence.Day).Rules);

    private static string Group(int item) => (item / 50) switch { 0 => "up", 1 => "down", var other => $"still {other}" };

    /// <summary>Ten groups of 50 items, half of them 1; in the first a share more of all is 1, in the second as many less.</summary>
    private static double[] Scores(double share) =>
        [.. Enumerable.Range(0, 500).Select(i => (i / 50) switch { 0 => i % 50 < 10 + 50 * share ? 1.0 : 0, 1 => i % 50 < 40 - 50 * share ? 1.0 : 0, _ => i % 2 })];
}
