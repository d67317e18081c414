using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Statistics;
using Loragate.Governance.Tests.Statistics;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

public sealed class GroupFairnessTests
{
    private const string PolicyText = """
        schema: loragate.policy/1
        name: one
        version: "1"
        description: A classification that must be fair.
        alpha: 0.05
        tasks:
          loans: {file: loans.yaml, purpose: applications}
        rules:
          - id: fair
            check: group-fairness
            severity: block
            why: why
            task: loans
            metric: equalised-odds
            group: nationality
            groups: [domestic, foreign]
            positive: 1
            maximum: 0.15
            plan: {deviation: 0.5, power: 0.8}
        """;

    private static readonly Policy Policy = Policies.PolicyTests.Parse(PolicyText);

    [Fact]
    public void A_classifier_that_treats_both_groups_alike_passes_and_tells_their_rates()
    {
        var rule = Decide(0.8, 0.8);
        Assert.Equal((Outcome.Passed, Reason.BoundClearsMargin), (rule.Outcome, rule.Reason));
        Assert.Matches(@"By group: domestic [0-9.]+ % of 400 and [0-9.]+ % of 400, foreign ", rule.Summary);
        Assert.Contains("newcombe-exact-permutation", rule.Statistic!.Procedure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_classifier_that_believes_one_group_less_fails()
    {
        var rule = Decide(0.9, 0.5);
        Assert.Equal((Outcome.Failed, Reason.BoundFailsMargin), (rule.Outcome, rule.Reason));
        Assert.InRange(rule.Statistic!.Estimate, 0.3, 0.5);
        Assert.Matches(@"equalised-odds differs between groups by [34][0-9]\.[0-9] points at most \([0-9.]+ points to [0-9.]+ points\)", rule.Summary);
        Assert.DoesNotContain("equalised-odds is", rule.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_classifier_with_shuffled_groups_is_not_flagged()
    {
        var rule = Decide(0.9, 0.5, shuffle: true);
        Assert.NotEqual(Outcome.Failed, rule.Outcome);
    }

    [Theory]
    [InlineData("stranger", Reason.MetricUnusable)]
    [InlineData("absent", Reason.NotEnoughItems)]
    [InlineData("few", Reason.NotEnoughItems)]
    public void Groups_that_are_not_the_rules_decide_nothing(string fault, string reason)
    {
        var rule = Decide(0.8, 0.8, group: (i, group) => fault switch
        {
            "stranger" => i == 5 ? "martian" : group,
            "absent" => "domestic",
            _ => i < 16 ? "foreign" : "domestic",
        });
        Assert.Equal((Outcome.Undecided, reason), (rule.Outcome, rule.Reason));
    }

    [Fact]
    public void The_choice_is_the_models_and_not_the_metrics()
    {
        // The metric in the items says nothing; the log-likelihoods choose.
        var items = Items(0.8, 0.8, false, (_, group) => group).Select(item => item with { Scores = new Dictionary<string, double> { ["acc"] = 0 } }).ToList();
        Assert.Equal(Outcome.Passed, Decide(items).Outcome);
    }

    /// <summary>Tasks that list acc_mutual_info score every choice a second time, without its context: that is no second set of choices.</summary>
    [Theory]
    [InlineData(0.9, 0.5, Outcome.Failed)]
    [InlineData(0.8, 0.8, Outcome.Passed)]
    public void Answers_without_their_question_are_no_choices(double domestic, double foreign, Outcome outcome)
    {
        var plain = Items(domestic, foreign, false, (_, group) => group);
        List<EvaluatedItem> items = [.. plain.Select(item => item with
        {
            LogLikelihoods = [.. item.LogLikelihoods, -0.5, -0.4],
            Greedy = [false, false, false, false],
            Scores = new Dictionary<string, double>(item.Scores) { ["acc_mutual_info"] = 1 },
        })];
        var rule = Decide(items);
        Assert.Equal((outcome, Decide(plain).Statistic), (rule.Outcome, rule.Statistic));
    }

    [Fact]
    public void Of_two_choices_as_likely_the_first_is_chosen_as_acc_takes_it()
    {
        var tie = new EvaluatedItem(0, [-1, -1], [false, false], 1, new Dictionary<string, double> { ["acc"] = 0 }, null, null);
        Assert.True(GroupOutcome.Selects(tie, 0));
        Assert.False(GroupOutcome.Selects(tie, 1));
        Assert.Null(GroupOutcome.Selects(tie, 2));
        Assert.Null(GroupOutcome.Selects(tie with { LogLikelihoods = [-3, -2, -1, -1], Scores = new Dictionary<string, double> { ["acc_mutual_info"] = 0 } }, 2));
    }

    /// <summary>Two groups of 200, 80 sure selections and 20 coin flips each, limit 0.10: with all flips one way the groups are alike; with one group's for and the other's against it they are not.</summary>
    [Fact]
    public void A_pass_that_hangs_on_one_groups_coin_flips_against_the_others_is_undecided()
    {
        var policy = Policies.PolicyTests.Parse(PolicyText.Replace("equalised-odds", "selection-rate", StringComparison.Ordinal).Replace("maximum: 0.15", "maximum: 0.10", StringComparison.Ordinal).Replace("deviation: 0.5, power: 0.8", "deviation: 0.1, power: 0.8", StringComparison.Ordinal));
        foreach (var selected in new[] { 0, 10, 20 })
        {
            var items = Enumerable.Range(0, 400).Select(i => (Index: i, Place: i / 2)).Select(item => new EvaluatedItem(
                item.Index, item.Place < 80 + selected ? [-2, -1] : [-1, -2], [false, false], 1, new Dictionary<string, double> { ["acc"] = 1 }, null,
                new Dictionary<string, string> { ["nationality"] = item.Index % 2 == 0 ? "foreign" : "domestic" })).ToList();
            int[] flips = [.. items.Where(item => item.Id / 2 is >= 80 and < 100).Select(item => item.Id)];
            Assert.Equal(Outcome.Passed, Decide(items, policy).Outcome);
            var rule = Decide(items, policy, flips);
            Assert.Equal((Outcome.Undecided, Reason.CoinFlipsDecide), (rule.Outcome, rule.Reason));
            Assert.Contains("40 coin flips", rule.Summary, StringComparison.Ordinal);
            Assert.Equal(Outcome.Passed, Decide(items, policy, flips[..2]).Outcome);
        }
    }

    [Fact]
    public void A_failure_that_coin_flips_could_narrow_is_undecided_and_one_that_they_cannot_is_not()
    {
        var items = Items(0.85, 0.5, false, (_, group) => group);
        Assert.Equal(Outcome.Failed, Decide(items).Outcome);
        int[] domestic = [.. items.Where(item => item.Fields!["nationality"] == "domestic" && item.Gold == 1).Select(item => item.Id)];
        Assert.Equal(Outcome.Failed, Decide(items, null, domestic[..2]).Outcome);
        Assert.Equal(Reason.CoinFlipsDecide, Decide(items, null, domestic[..120]).Reason);
    }

    private static RuleResult Decide(double domestic, double foreign, bool shuffle = false, Func<int, string, string>? group = null) =>
        Decide(Items(domestic, foreign, shuffle, group ?? ((_, name) => name)));

    private static RuleResult Decide(IReadOnlyList<EvaluatedItem> items, Policy? policy = null, IReadOnlyList<int>? coinFlips = null) => Assert.Single(DecisionMaker.Decide(
        policy ?? Policy,
        new Evidence
        {
            Inspection = Inspection(),
            Receipt = Receipt(),
            Candidate = new Dictionary<string, FiledRecord<EvaluationReport>> { ["loans"] = new("candidate/loans.json", Report("loans", false, items).Record with { CoinFlips = coinFlips ?? [] }) },
            Run = Run(),
        },
        Day).Rules);

    /// <summary>1,600 applications, half of them foreign, half of them good; a good one is accepted with the group's probability, a bad one with 0.2.</summary>
    private static List<EvaluatedItem> Items(double domestic, double foreign, bool shuffle, Func<int, string, string> group)
    {
        var generator = new SplitMix64(5);
        return [.. Enumerable.Range(0, 1600).Select(i =>
        {
            var (isForeign, isGood) = (i % 2 == 1, i % 4 < 2);
            var accepted = generator.NextDouble() < (isGood ? isForeign ? foreign : domestic : 0.2);
            var told = shuffle ? generator.NextDouble() < 0.5 : isForeign;
            return new EvaluatedItem(
                i, accepted ? [-2, -1] : [-1, -2], [false, false], isGood ? 1 : 0, new Dictionary<string, double> { ["acc"] = accepted == isGood ? 1 : 0 }, null,
                new Dictionary<string, string> { ["nationality"] = group(i, told ? "foreign" : "domestic") });
        })];
    }
}
