using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Deciding;
using static Loragate.Governance.Tests.Deciding.OneRuleEvidence;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

public sealed class DecisionMakerTests
{
    [Fact]
    public void The_same_arguments_give_the_same_bytes_whenever_the_run_began()
    {
        var policy = Policies.PolicyTests.Parse(Policies.PolicyTests.Example());
        var evidence = Pair(200, 10, 10);
        var first = DecisionMaker.Decide(policy, evidence with { Run = Run() }, Day).ToCanonicalJson();
        var second = DecisionMaker.Decide(policy, evidence with { Run = Run() with { Created = Run().Created.AddHours(3), Host = "other" } }, Day).ToCanonicalJson();
        Assert.Equal(first, second);
        Assert.Equal(first, Artifacts.Records.Record.Parse<Decision>(first, "decision.json").ToCanonicalJson());
    }

    [Theory]
    [InlineData("\"severity\":\"block\",")]
    [InlineData("\"summary\":")]
    public void A_decision_that_lacks_what_it_must_have_is_no_record(string part)
    {
        var text = System.Text.Encoding.UTF8.GetString(Decide(Pair(200, 10, 10)).ToCanonicalJson());
        Assert.Contains(part, text, StringComparison.Ordinal);
        var damaged = part.EndsWith(',') ? text.Replace(part, "", StringComparison.Ordinal) : text.Replace(part, "\"summaries\":", StringComparison.Ordinal);
        Assert.Throws<RecordException>(() => Artifacts.Records.Record.Parse<Decision>(System.Text.Encoding.UTF8.GetBytes(damaged), "decision.json"));
    }

    [Fact]
    public void A_blocking_finding_rejects_although_nothing_else_is_there()
    {
        var policy = Policies.PolicyTests.Parse(Policies.PolicyTests.Example());
        var decision = DecisionMaker.Decide(policy, new Evidence { Inspection = Inspection(new Finding("anything", Severity.Block, "x", "broken", "mend")) }, Day);
        Assert.Equal(Verdict.Rejected, decision.Verdict);
        Assert.Null(decision.Base);
        Assert.Equal(Reason.FindingBlocks, decision.Rules[0].Reason);
        Assert.All(decision.Rules.Skip(1), rule => Assert.Equal(Outcome.Undecided, rule.Outcome));
    }

    [Fact]
    public void No_evidence_at_all_is_undecided()
    {
        var policy = Policies.PolicyTests.Parse(Policies.PolicyTests.Example());
        var decision = DecisionMaker.Decide(policy, new Evidence { Inspection = Inspection() }, Day);
        Assert.Equal(Verdict.Undecided, decision.Verdict);
        Assert.All(decision.Rules.Skip(1), rule => Assert.Equal((Outcome.Undecided, rule.Check == "approval" ? Reason.TrustMissing : Reason.EvidenceMissing), (rule.Outcome, rule.Reason)));
    }

    [Theory]
    [InlineData("no-op", Severity.Warn, Outcome.Failed)]
    [InlineData("pickle", Severity.Warn, Outcome.Passed)]
    [InlineData("weight-zero", Severity.Block, Outcome.Passed)]
    public void Findings_are_forbidden_and_allowed_by_id(string id, Severity severity, Outcome outcome)
    {
        var policy = Policies.PolicyTests.Parse(Policies.PolicyTests.Example().Replace("allow: []", "allow: [weight-zero]", StringComparison.Ordinal));
        var decision = DecisionMaker.Decide(policy, new Evidence { Inspection = Inspection(new Finding(id, severity, "x", "m", "a")) }, Day);
        Assert.Equal(outcome, decision.Rules[0].Outcome);
    }

    [Theory]
    [InlineData(0.01, 1, true, 1, Outcome.Passed, Reason.UpdatePreserved)]
    [InlineData(0.3, 1, true, 1, Outcome.Failed, Reason.UpdateLost)]
    [InlineData(0.01, 1, false, 1, Outcome.Failed, Reason.UndoMissing)]
    [InlineData(0, 0, true, 1, Outcome.Failed, Reason.NothingMerged)]
    [InlineData(-1, 1, true, 1, Outcome.Undecided, Reason.FidelityUnknown)]
    [InlineData(0.01, 1, true, 0.5, Outcome.Undecided, Reason.EvidenceOfOtherModel)]
    public void A_merge_is_judged_by_what_rounding_took(double lost, double update, bool undo, double weight, Outcome outcome, string reason)
    {
        var rule = ExampleRule("faithful", new Evidence { Inspection = Inspection(), Receipt = Receipt(lost, update, undo, weight) });
        Assert.Equal((outcome, reason), (rule.Outcome, rule.Reason));
        Assert.Equal(reason == Reason.UpdateLost, rule.Summary.EndsWith("Keep the adapter separate, or merge to float32.", StringComparison.Ordinal));
        Assert.Equal(reason is Reason.UpdatePreserved or Reason.UpdateLost or Reason.UndoMissing, rule.Figure is { } figure && figure.Value == lost / update && figure.Limit > 0);
    }

    [Theory]
    [InlineData("maximumUnchanged: 0.3", Outcome.Passed, Reason.UpdatePreserved, "the worst tensor lost 1 %.")]
    [InlineData("maximumUnchanged: 0.1", Outcome.Failed, Reason.WeightsHarmed, "may be so. Keep the adapter separate, or merge to float32.")]
    [InlineData("maximumStep: 7", Outcome.Passed, Reason.UpdatePreserved, "the worst tensor lost 1 %.")]
    [InlineData("maximumStep: 6", Outcome.Failed, Reason.WeightsHarmed, ": 7, at most 6 is allowed. Keep the adapter separate, or train it to a smaller update.")]
    [InlineData("maximumSaturated: 1", Outcome.Passed, Reason.UpdatePreserved, "the worst tensor lost 1 %.")]
    [InlineData("maximumSaturated: 0", Outcome.Failed, Reason.WeightsHarmed, ": 1, at most 0 is allowed. Keep the adapter separate, or merge to float32.")]
    [InlineData("maximumFlushed: 0", Outcome.Undecided, Reason.FidelityUnknown, "the receipt does not tell, at most 0 is allowed.")]
    [InlineData("maximumFlushed: 0\n    maximumStep: 6", Outcome.Failed, Reason.WeightsHarmed, ": 7, at most 6 is allowed. Keep the adapter separate, or train it to a smaller update.")]
    public void A_merge_is_judged_by_what_became_of_single_weights_where_the_policy_asks(string limit, Outcome outcome, string reason, string ending)
    {
        var policy = Policies.PolicyTests.Parse(Policies.PolicyTests.Example().Replace("    check: merge-fidelity\n", $"    check: merge-fidelity\n    {limit}\n", StringComparison.Ordinal));
        var fidelity = new Artifacts.Records.Merging.Fidelity(10, 2, 1, 10, 0.01) { LargestStep = 7, Saturated = 1 };
        var decision = DecisionMaker.Decide(policy, new Evidence { Inspection = Inspection(), Receipt = Receipt(fidelity: fidelity) }, Day);
        var rule = decision.Rules.Single(each => each.Check == "merge-fidelity");
        Assert.Equal((outcome, reason), (rule.Outcome, rule.Reason));
        Assert.EndsWith(ending, rule.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, Outcome.Failed, Reason.WeightsHarmed)]
    [InlineData(false, Outcome.Failed, Reason.UndoMissing)]
    public void What_fails_is_said_before_what_nobody_knows(bool undo, Outcome outcome, string reason)
    {
        var policy = Policies.PolicyTests.Parse(Policies.PolicyTests.Example().Replace("    check: merge-fidelity\n", $"    check: merge-fidelity\n    maximumStep: 6\n    maximumSaturated: {(undo ? 0 : 1)}\n", StringComparison.Ordinal));
        var fidelity = new Artifacts.Records.Merging.Fidelity(10, 2, 1, 10, 0.01) { Saturated = 1 };
        var rule = DecisionMaker.Decide(policy, new Evidence { Inspection = Inspection(), Receipt = Receipt(undo: undo, fidelity: fidelity) }, Day).Rules.Single(each => each.Check == "merge-fidelity");
        Assert.Equal((outcome, reason), (rule.Outcome, rule.Reason));
    }

    [Theory]
    [InlineData(0, Outcome.Passed, Reason.Fresh)]
    [InlineData(30, Outcome.Passed, Reason.Fresh)]
    [InlineData(31, Outcome.Failed, Reason.Stale)]
    [InlineData(-1, Outcome.Failed, Reason.FromTheFuture)]
    public void Evidence_ages_by_the_day(int age, Outcome outcome, string reason)
    {
        var rule = ExampleRule("fresh", new Evidence { Inspection = Inspection(), Run = Run(age) });
        Assert.Equal((outcome, reason), (rule.Outcome, rule.Reason));
    }

    [Fact]
    public void A_failed_rule_that_only_warns_stops_nothing()
    {
        var text = Policies.PolicyTests.Example();
        var policy = Policies.PolicyTests.Parse(text[..text.IndexOf("  - id: good-enough", StringComparison.Ordinal)] + text[text.IndexOf("  - id: fresh", StringComparison.Ordinal)..text.IndexOf("  - id: people-agree", StringComparison.Ordinal)]);
        var decision = DecisionMaker.Decide(policy, new Evidence { Inspection = Inspection(), Run = Run(99) }, Day);
        Assert.Equal(Outcome.Failed, decision.Rules[1].Outcome);
        Assert.Equal(Verdict.Approved, decision.Verdict);
    }

    private static RuleResult ExampleRule(string id, Evidence evidence) =>
        DecisionMaker.Decide(Policies.PolicyTests.Parse(Policies.PolicyTests.Example()), evidence, Day).Rules.Single(rule => rule.Id == id);
}
