using System.Text;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Reports;
using Loragate.Governance.Signing;
using Loragate.Governance.Trials;

namespace Loragate.Governance.Statements;

/// <summary>The examples of docs/formats/attestations.v1.md are what statements of this shape hold.</summary>
public sealed class AttestationsPageTests
{
    private const string Page = "attestations.v1.md";

    [Fact]
    public void The_merge_of_the_page_has_the_members_of_a_real_one()
    {
        var adapter = new AdapterIdentity("routing-good", Digest.Of([1]), [new FileEntry("adapter_config.json", 2, Digest.Of("{}"u8))]);
        var receipt = new MergeReceipt(
            new EngineInfo("loragate.merge", "0.1.0", "canonical/1", "cpu"), new CheckpointIdentity("base", Digest.Of([2]), Digest.Of([3])), [new AppliedAdapter(adapter, 1)], "keep", [], new CheckpointIdentity("merged", Digest.Of([4]), Digest.Of([5])), [],
            [new FileEntry("config.json", 1, Digest.Of([6]))], null);
        var statement = MergeProvenance.Of(receipt, "merge-receipt.json");
        AssertSameShape(FormatPage.Example(Page, "json merge"), statement);
        Assert.Equal(["#weights", "config.json"], statement.Subjects.Select(subject => subject.Name));
        Assert.Equal([Digest.Of([5]), Digest.Of([6])], statement.Subjects.Select(subject => subject.Sha256));
    }

    [Fact]
    public void The_evaluation_of_the_page_has_the_members_of_a_real_one()
    {
        var decision = VerificationSummaryTests.Decision(Verdict.Approved) with
        {
            Policy = new PolicyIdentity("demo", "1", Digest.Of([7])),
            Tasks = [new MeasuredTask("facts", Digest.Of([8]), Digest.Of([9]), true)],
            Rules = [Rule("sound-adapter", Outcome.Passed), Rule("remembers-facts", Outcome.Passed)],
        };
        AssertSameShape(FormatPage.Example(Page, "json evaluation"), EvaluationResult.Of(decision, "decision.json"));
    }

    [Fact]
    public void The_training_of_the_page_has_the_members_of_a_real_one()
    {
        var receipt = ReportSamples.Trained;
        var statement = TrainingProvenance.Of(receipt);
        AssertSameShape(FormatPage.Example(Page, "json training"), statement);
        Assert.Equal([new Subject("adapter_model.safetensors", receipt.Files[0].Sha256), new Subject(TrainingReceipt.FileName, receipt.ComputeDigest())], statement.Subjects);
    }

    [Fact]
    public void The_trials_of_the_page_have_the_members_of_real_ones()
    {
        var report = SampleTrials.Report(SampleTrials.Result("lora", 200, 20)) with { Engine = new EngineInfo("loragate.trial", "0.1.0", "successive-halving-3/4", "cpu"), Name = "sample" };
        var statement = TrialProvenance.Of(report);
        AssertSameShape(FormatPage.Example(Page, "json trial"), statement);
        Assert.Equal([new Subject(TrialReport.FileName, report.ComputeDigest())], statement.Subjects);
    }

    [Theory]
    [InlineData("PASSED", Outcome.Passed, Severity.Block)]
    [InlineData("PASSED", Outcome.Passed, Severity.Warn)]
    [InlineData("WARNED", Outcome.Waived, Severity.Block)]
    [InlineData("WARNED", Outcome.Failed, Severity.Warn)]
    [InlineData("WARNED", Outcome.Undecided, Severity.Warn)]
    [InlineData("FAILED", Outcome.Failed, Severity.Block)]
    [InlineData("FAILED", Outcome.Undecided, Severity.Block)]
    public void No_rule_that_stands_in_the_way_is_told_as_passed(string result, Outcome outcome, Severity severity)
    {
        var decision = VerificationSummaryTests.Decision(Verdict.Undecided) with { Rules = [Rule("first", Outcome.Passed), Rule("second", outcome) with { Severity = severity }] };
        var predicate = EvaluationResult.Of(decision, "decision.json").Predicate;
        Assert.Equal(result, predicate.GetProperty("result").GetString());
        Assert.Contains("second", predicate.GetProperty($"{result.ToLowerInvariant()}Tests").EnumerateArray().Select(name => name.GetString()));
    }

    private static RuleResult Rule(string id, Outcome outcome) => new(id, "inspection", Severity.Block, outcome, "reason", "summary", null, null, null, [], []);

    /// <summary>Everything but digests.</summary>
    private static void AssertSameShape(string example, Statement statement)
    {
        var predicate = JsonSerializer.SerializeToUtf8Bytes(statement.Predicate);
        Assert.Equal(WithoutDigests(Encoding.UTF8.GetBytes(example)), WithoutDigests(predicate));
    }

    private static string WithoutDigests(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return System.Text.RegularExpressions.Regex.Replace(Encoding.UTF8.GetString(RecordJson.Canonical(document.RootElement)), "[0-9a-f]{64}", "…");
    }
}
