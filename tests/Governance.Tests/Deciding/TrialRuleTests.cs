using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Trials;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;
using static Loragate.Governance.Tests.Deciding.TriedAdapter;

namespace Loragate.Governance.Tests.Deciding;

public sealed class TrialRuleTests
{
    [Theory]
    [InlineData(216, 214, Outcome.Passed, Reason.BoundClearsMargin)]
    [InlineData(200, 214, Outcome.Passed, Reason.BoundClearsMargin)]
    [InlineData(216, 204, Outcome.Undecided, Reason.BoundsStraddleMargin)]
    [InlineData(216, 160, Outcome.Failed, Reason.BoundFailsMargin)]
    [InlineData(216, 121, Outcome.Undecided, Reason.BoundsStraddleMargin)]
    public void An_adapter_passes_that_is_shown_to_lie_within_the_margin_of_the_best_trial(int full, int own, Outcome outcome, string reason)
    {
        var rule = Decide(Tried(full, own), Own);
        Assert.Equal((outcome, reason), (rule.Outcome, rule.Reason));
        Assert.Equal(Cited(Tried(full, own)), rule.Evidence);
    }

    [Theory]
    [InlineData(8, 220)]
    [InlineData(20, 236)]
    public void What_one_of_two_shows_the_luckiest_of_nine_does_not(int first, int last)
    {
        // 212 against 216, 4 items gained and 8 lost (p = 0.025), or as many, with 20 gained and 20 lost (p = 0.032), which makes the smaller one the best.
        var own = SampleTrials.Result("lora", 0, 20) with { Task = SampleTrials.Score("routing", first, last) };
        var two = new[] { SampleTrials.Result("full", 216, 900), own };
        Assert.Equal(Outcome.Passed, Decide(TriedAdapter.Tried(SampleTrials.Report(two), "lora"), Own).Outcome);
        AssertUndecided(Decide(TriedAdapter.Tried(SampleTrials.Report([.. two, .. Enumerable.Range(0, 7).Select(i => SampleTrials.Result("lora", 120, 20, $"lora-{i}"))]), "lora"), Own), Reason.BoundsStraddleMargin);
    }

    [Fact]
    public void The_best_beside_an_adapter_that_is_nearly_its_twin_does_not_vouch_for_it()
    {
        // 216 like its twin's, of which one is another: p = 0.03. Of 215 of another way 20 are others, and that decides.
        TrialResult Lora(string id, int first, int last) => SampleTrials.Result("lora", 0, 20, id) with { Task = SampleTrials.Score("routing", first, last) };
        TrialResult[] twins = [Lora("lora", 20, 236), Lora("twin", 19, 235)];
        var alone = Decide(TriedAdapter.Tried(SampleTrials.Report(twins), "lora"), Own, "margin: 0.03");
        Assert.Equal(Outcome.Passed, alone.Outcome);
        Assert.EndsWith("and twin (90.0 %) decides: shown.", alone.Summary, StringComparison.Ordinal);
        var beside = Decide(TriedAdapter.Tried(SampleTrials.Report([.. twins, SampleTrials.Result("full", 215, 900)]), "lora"), Own, "margin: 0.03");
        AssertUndecided(beside, Reason.BoundsStraddleMargin);
        Assert.EndsWith("less than 3 points behind each other that may be taken is demanded, and full (89.6 %) decides: neither shown nor refuted.", beside.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluations_are_cited_by_their_paths_in_whatever_order_they_are_handed_over()
    {
        var evidence = Evidence(Tried(216, 214), Own);
        RuleResult Of(IEnumerable<FiledRecord<EvaluationReport>> evaluations) => Assert.Single(DecisionMaker.Decide(TriedAdapter.Policy("margin: 0.05"), evidence with { TrialEvaluations = [.. evaluations] }, Day).Rules);
        Assert.Equal(Of(evidence.TrialEvaluations).Evidence, Of(evidence.TrialEvaluations.Reverse()).Evidence);
    }

    [Fact]
    public void An_adapter_beside_which_nothing_is_sound_passes_alone()
    {
        var rule = Decide(Tried(120, 214), Own);
        Assert.Equal(Outcome.Passed, rule.Outcome);
        Assert.EndsWith("no other is shown to be better than the base and to keep what the plan retains.", rule.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_trials_or_receipt_nothing_is_shown()
    {
        AssertUndecided(Decide(null, Own), Reason.EvidenceMissing);
        AssertUndecided(Decide(Tried(216, 214), null), Reason.EvidenceMissing);
    }

    [Fact]
    public void Trials_of_another_adapter_plan_or_base_or_without_a_method_that_is_asked_for_show_nothing()
    {
        var tried = Tried(216, 214);
        AssertUndecided(Decide(With(tried, report => report with { Rounds = [report.Rounds[0] with { Runs = [.. report.Rounds[0].Runs.Select(run => run with { Receipt = DigestOf("another") })] }] }), Own), Reason.EvidenceOfOtherTrial);
        AssertUndecided(Decide(With(tried, report => report with { Base = Base with { WeightsDigest = DigestOf("another") } }), Own), Reason.EvidenceOfOtherModel);
        AssertUndecided(Decide(With(tried, report => report with { Results = [] }), Own), Reason.EvidenceOfOtherTrial);
        AssertUndecided(Decide(tried, new FiledRecord<TrainingReceipt>(Own.Path, Own.Record with { Files = [new FileEntry("other", 1, DigestOf("other"))] })), Reason.EvidenceOfOtherModel);
        AssertUndecided(Decide(tried, Own, "margin: 0.05, methods: [lora, full, prompt]"), Reason.EvidenceOfOtherTrial);
        AssertUndecided(Decide(tried, Own, $"margin: 0.05, trialPlan: {DigestOf("another")}"), Reason.EvidenceOfOtherTrial);
        Assert.Equal(Outcome.Passed, Decide(tried, Own, $"margin: 0.05, trialPlan: {SampleTrials.Some}").Outcome);
    }

    [Fact]
    public void Trials_whose_report_does_not_tell_what_was_planned_or_leaves_a_planned_one_out_show_nothing()
    {
        var untold = Decide(With(Tried(216, 214), report => report with { Planned = null }), Own);
        AssertUndecided(untold, Reason.EvidenceOfOtherTrial);
        Assert.Contains("does not tell what was planned", untold.Summary, StringComparison.Ordinal);
        var less = Decide(With(Tried(216, 214), report => report with { Planned = SampleTrials.Planned(10, [.. report.Results, SampleTrials.Result("prompt", 240, 9)]) }), Own);
        AssertUndecided(less, Reason.EvidenceOfOtherTrial);
        Assert.Contains("'prompt' of round 1 is missing", less.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trials/base/routing.json", "figures of the base on routing")]
    [InlineData("trials/base/facts.json", "figures of the base on facts")]
    [InlineData("trials/own/routing.json", "figures of lora on routing")]
    [InlineData("trials/own/facts.json", "figures of lora on facts")]
    public void Figures_whose_evaluation_is_not_at_hand_show_nothing(string missing, string told)
    {
        var rule = DecideOn(Tried(216, 214), evidence => evidence with { TrialEvaluations = [.. evidence.TrialEvaluations.Where(evaluation => evaluation.Path != missing)] });
        AssertUndecided(rule, Reason.TrialSourcesMissing);
        Assert.Contains(told, rule.Summary, StringComparison.Ordinal);
        Assert.Equal(5, rule.Evidence.Count);
    }

    [Fact]
    public void Figures_that_are_others_than_those_of_their_evaluation_show_nothing()
    {
        var told = With(Tried(216, 214), report => report with { Results = [.. report.Results.Select(result => result with { Task = result.Task with { Scores = [.. result.Task.Scores.SkipLast(1), 1] } })] });
        var rule = DecideOn(told, evidence => evidence with { TrialEvaluations = TriedAdapter.EvaluationsOf(Tried(216, 214).Record) });
        AssertUndecided(rule, Reason.EvidenceOfOtherTrial);
        Assert.Contains("lora: other scores of items of routing than its evaluation has", rule.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_is_pinned_has_to_be_at_hand_and_is_cited()
    {
        var pinned = $"margin: 0.05, trialPlan: {SampleTrials.Some}";
        var rule = DecideOn(Tried(216, 214), evidence => evidence with { TrialPlan = null }, pinned);
        AssertUndecided(rule, Reason.TrialSourcesMissing);
        Assert.StartsWith($"The policy pins the plan {SampleTrials.Some}, and it is not at hand", rule.Summary, StringComparison.Ordinal);
        AssertUndecided(DecideOn(Tried(216, 214), evidence => evidence with { TrialPlan = TriedAdapter.Plan with { Digest = DigestOf("another") } }, pinned), Reason.TrialSourcesMissing);
        var decision = TriedAdapter.Decision(Tried(216, 214), Own, pinned);
        Assert.Equal((Outcome.Passed, SampleTrials.Some), (decision.Rules[0].Outcome, decision.Rules[0].Evidence[^1]));
        Assert.Contains(TriedAdapter.Plan, decision.Evidence);
        // Unpinned, it is nobody's to miss.
        Assert.Equal(Outcome.Passed, DecideOn(Tried(216, 214), evidence => evidence with { TrialPlan = null }).Outcome);
    }

    [Theory]
    [InlineData("margin: 0", "between 0 and 1")]
    [InlineData("methods: [lora]", "margin")]
    [InlineData("margin: 0.1, methods: [magic]", "'methods' must be some of")]
    public void A_rule_that_asks_for_nothing_is_a_fault_of_the_policy(string parameters, string fault) =>
        Assert.Contains(fault, Assert.Throws<PolicyException>(() => TriedAdapter.Policy(parameters)).Message, StringComparison.Ordinal);

    private static void AssertUndecided(RuleResult rule, string reason) => Assert.Equal((Outcome.Undecided, reason), (rule.Outcome, rule.Reason));

    private static FiledRecord<TrialReport> Tried(int full, int own) => TriedAdapter.Tried(SampleTrials.Report(SampleTrials.Result("full", full, 900), SampleTrials.Result("lora", own, 20)), "lora");

    private static FiledRecord<TrialReport> With(FiledRecord<TrialReport> tried, Func<TrialReport, TrialReport> change) => new(tried.Path, change(tried.Record));

    private static IReadOnlyList<Digest> Cited(FiledRecord<TrialReport> tried) => [tried.Digest, Own.Digest, .. TriedAdapter.EvaluationsOf(tried.Record).Select(evaluation => evaluation.Digest)];

    private static RuleResult DecideOn(FiledRecord<TrialReport> trials, Func<Evidence, Evidence> change, string parameters = "margin: 0.05") =>
        Assert.Single(DecisionMaker.Decide(TriedAdapter.Policy(parameters), change(TriedAdapter.Evidence(trials, Own)), Day).Rules);

    private static RuleResult Decide(FiledRecord<TrialReport>? trials, FiledRecord<TrainingReceipt>? training, string parameters = "margin: 0.05, methods: [lora, full]") => TriedAdapter.Decide(trials, training, parameters);
}
