using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;

namespace Loragate.Governance.Tests.Deciding;

public sealed class CoinFlipTests
{
    private static Policy Numbers(string metric) => Policies.PolicyTests.Parse(
        OneRuleEvidence.PolicyText.Replace("margin: 0.1", "margin: 0.5", StringComparison.Ordinal).Replace("discordance: 0.2", "deviation: 1", StringComparison.Ordinal).Replace("metric: acc", $"metric: {metric}", StringComparison.Ordinal));

    private static readonly double[] Same = [.. Enumerable.Range(0, 200).Select(i => i % 2)];

    [Fact]
    public void A_pass_that_holds_however_the_coin_flips_fall_is_a_pass()
    {
        var rule = Decide(Same, Same, baseFlips: [0, 1], candidateFlips: [4, 5, 6]);
        Assert.Equal((Outcome.Passed, Reason.BoundClearsMargin), (rule.Outcome, rule.Reason));
    }

    [Fact]
    public void A_pass_that_hangs_on_coin_flips_is_undecided()
    {
        // Twelve right answers on each side could as well be losses: 24 of 200 is more than the margin allows.
        int[] right = [.. Enumerable.Range(0, 24).Select(i => 2 * i + 1)];
        var rule = Decide(Same, Same, candidateFlips: right);
        Assert.Equal((Outcome.Undecided, Reason.CoinFlipsDecide), (rule.Outcome, rule.Reason));
        Assert.Contains("24 coin flips", rule.Summary, StringComparison.Ordinal);
        Assert.Equal(0, rule.Statistic!.Estimate);
    }

    [Fact]
    public void Coin_flips_of_the_base_count_as_well()
    {
        int[] wrong = [.. Enumerable.Range(0, 24).Select(i => 2 * i)];
        Assert.Equal(Reason.CoinFlipsDecide, Decide(Same, Same, baseFlips: wrong).Reason);
    }

    [Fact]
    public void A_failure_that_hangs_on_coin_flips_is_undecided()
    {
        double[] worse = [.. Same.Select((score, i) => i < 90 ? 0 : score)];
        Assert.Equal(Outcome.Failed, Decide(Same, worse).Outcome);
        var rule = Decide(Same, worse, candidateFlips: [.. Enumerable.Range(0, 45).Select(i => 2 * i + 1)]);
        Assert.Equal((Outcome.Undecided, Reason.CoinFlipsDecide), (rule.Outcome, rule.Reason));
    }

    [Fact]
    public void Scores_for_or_against_a_group_are_coin_flips_from_one_end_to_the_other()
    {
        double[] neutral = [.. Enumerable.Range(0, 200).Select(i => i % 3 - 1)];
        double[] near = [.. neutral.Select((score, i) => i < 6 ? -score : score)];
        Assert.Equal(Outcome.Passed, Assert.Single(DecisionMaker.Decide(Numbers("bias"), PairedEvidence.Of(neutral, near, metric: "bias"), SampleEvidence.Day).Rules).Outcome);
        var rule = Assert.Single(DecisionMaker.Decide(Numbers("bias"), PairedEvidence.Of(neutral, near, candidateFlips: [.. Enumerable.Range(0, 150)], metric: "bias"), SampleEvidence.Day).Rules);
        Assert.Equal((Outcome.Undecided, Reason.CoinFlipsDecide), (rule.Outcome, rule.Reason));
    }

    [Fact]
    public void Scores_that_are_numbers_have_no_coin_flips()
    {
        double[] scores = [.. Enumerable.Range(0, 200).Select(i => i / 10.0)];
        double[] moved = [.. scores.Select((score, i) => score + (i % 3 - 1) / 10.0)];
        var decision = DecisionMaker.Decide(Numbers("association"), PairedEvidence.Of(scores, moved, candidateFlips: [.. Enumerable.Range(0, 200)], metric: "association"), SampleEvidence.Day);
        Assert.Equal(Outcome.Passed, Assert.Single(decision.Rules).Outcome);
    }

    /// <summary>A rule without coin flips fails at p just below α because the other fails too and leaves Holm one test fewer; that other failure is 90 coin flips.</summary>
    [Fact]
    public void A_failure_that_only_another_rules_coin_flips_bring_through_the_correction_is_undecided()
    {
        var policy = Policies.PolicyTests.Parse(TwoRules);
        var steady = Two(lost: 28, flips: 0).Rules[0];
        Assert.Equal((Outcome.Failed, Reason.BoundFailsMargin), (steady.Outcome, steady.Reason));
        Assert.InRange(steady.Statistic!.PValue!.Value, policy.Alpha / 2, policy.Alpha);
        var rules = Two(lost: 28, flips: 90).Rules;
        Assert.Equal((Outcome.Undecided, Reason.CoinFlipsDecide), (rules[0].Outcome, rules[0].Reason));
        Assert.Contains("through Holm's correction over the other rules", rules[0].Summary, StringComparison.Ordinal);
        Assert.Equal((Outcome.Undecided, Reason.CoinFlipsDecide), (rules[1].Outcome, rules[1].Reason));
        Assert.Contains("90 coin flips", rules[1].Summary, StringComparison.Ordinal);
        Assert.Equal(Outcome.Failed, Two(lost: 60, flips: 90).Rules[0].Outcome);

        Decision Two(int lost, int flips)
        {
            double[] ones = [.. Enumerable.Repeat(1.0, 400)];
            double[] worse = [.. Enumerable.Range(0, 400).Select(i => i < lost || i is >= 200 and < 290 ? 0.0 : 1)];
            return DecisionMaker.Decide(
                policy,
                PairedEvidence.Of(ones, worse, i => new Dictionary<string, string> { ["part"] = i < 200 ? "first" : "second" }, candidateFlips: [.. Enumerable.Range(200, flips)]),
                SampleEvidence.Day);
        }
    }

    private static string TwoRules
    {
        get
        {
            var first = OneRuleEvidence.PolicyText.Replace("metric: acc", "metric: acc\n    where: {part: first}", StringComparison.Ordinal);
            var rule = first[first.IndexOf("  - id", StringComparison.Ordinal)..];
            return first.TrimEnd() + "\n" + rule.Replace("id: skill", "id: other", StringComparison.Ordinal).Replace("part: first", "part: second", StringComparison.Ordinal);
        }
    }

    private static RuleResult Decide(double[] baseScores, double[] candidateScores, IReadOnlyList<int>? baseFlips = null, IReadOnlyList<int>? candidateFlips = null) =>
        Assert.Single(DecisionMaker.Decide(OneRuleEvidence.OneRule, PairedEvidence.Of(baseScores, candidateScores, null, baseFlips, candidateFlips), SampleEvidence.Day).Rules);
}
