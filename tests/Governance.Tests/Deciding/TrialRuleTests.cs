using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Trials;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

public sealed class TrialRuleTests
{
    private static readonly CheckpointIdentity Base = new("base", DigestOf("config"), BaseWeights);

    private static readonly FiledRecord<TrainingReceipt> Own = new(
        "training-receipt.json",
        new TrainingReceipt(
            new TrainingInputs(
                new EngineInfo("e", "v", "p", "cpu"), new Dictionary<string, string>(), Base, DigestOf("tokenizer"), [], [], new TrainedMethod("lora", new Dictionary<string, string>()),
                new TrainingSettings(1, 1, 1, 0.1, "cosine", 0, 0.9, 0.999, 1e-8, 0, 1, "float32", false, 2, false, 1, 0, "0")),
            [1], [], 1, 1, Inspection().Record.Adapter.Files));

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
        Assert.Equal([Tried(full, own).Digest, Own.Digest], rule.Evidence);
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
        AssertUndecided(Decide(With(tried, report => report with { Rounds = [new TrialRound(1, [.. report.Rounds[0].Runs.Select(run => run with { Receipt = DigestOf("another") })])] }), Own), Reason.EvidenceOfOtherTrial);
        AssertUndecided(Decide(With(tried, report => report with { Base = Base with { WeightsDigest = DigestOf("another") } }), Own), Reason.EvidenceOfOtherModel);
        AssertUndecided(Decide(With(tried, report => report with { Results = [] }), Own), Reason.EvidenceOfOtherTrial);
        AssertUndecided(Decide(tried, new FiledRecord<TrainingReceipt>(Own.Path, Own.Record with { Files = [new FileEntry("other", 1, DigestOf("other"))] })), Reason.EvidenceOfOtherModel);
        AssertUndecided(Decide(tried, Own, "margin: 0.05, methods: [lora, full, prompt]"), Reason.EvidenceOfOtherTrial);
        AssertUndecided(Decide(tried, Own, $"margin: 0.05, trialPlan: {DigestOf("another")}"), Reason.EvidenceOfOtherTrial);
        Assert.Equal(Outcome.Passed, Decide(tried, Own, $"margin: 0.05, trialPlan: {SampleTrials.Some}").Outcome);
    }

    [Theory]
    [InlineData("margin: 0", "between 0 and 1")]
    [InlineData("methods: [lora]", "margin")]
    [InlineData("margin: 0.1, methods: [magic]", "'methods' must be some of")]
    public void A_rule_that_asks_for_nothing_is_a_fault_of_the_policy(string parameters, string fault) =>
        Assert.Contains(fault, Assert.Throws<PolicyException>(() => Policy(parameters)).Message, StringComparison.Ordinal);

    private static void AssertUndecided(RuleResult rule, string reason) => Assert.Equal((Outcome.Undecided, reason), (rule.Outcome, rule.Reason));

    private static FiledRecord<TrialReport> Tried(int full, int own)
    {
        var report = SampleTrials.Report(SampleTrials.Result("full", full, 900), SampleTrials.Result("lora", own, 20));
        return new("trial-report.json", report with { Base = Base, Rounds = [new TrialRound(10, [report.Rounds[0].Runs[0], report.Rounds[0].Runs[1] with { Receipt = Own.Digest }])] });
    }

    private static FiledRecord<TrialReport> With(FiledRecord<TrialReport> tried, Func<TrialReport, TrialReport> change) => new(tried.Path, change(tried.Record));

    private static RuleResult Decide(FiledRecord<TrialReport>? trials, FiledRecord<TrainingReceipt>? training, string parameters = "margin: 0.05, methods: [lora, full]") =>
        Assert.Single(DecisionMaker.Decide(Policy(parameters), new Evidence { Inspection = Inspection(), Receipt = Receipt(), Trials = trials, Training = training }, Day).Rules);

    private static Policy Policy(string parameters) => Policies.PolicyTests.Parse($$"""
        schema: loragate.policy/1
        name: one
        version: "1"
        description: An adapter that a trial chose.
        alpha: 0.05
        tasks:
          faq: {file: faq.yaml, purpose: questions}
        rules:
          - {id: tried, check: trial, severity: block, why: why, {{parameters}}}
        """);
}
