using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using static Loragate.Governance.Tests.Deciding.OneRuleEvidence;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

public sealed class EvidenceShortfallTests
{
    public static TheoryData<string, string> Shortfalls => new()
    {
        { "no candidate", Reason.EvidenceMissing },
        { "no base", Reason.EvidenceMissing },
        { "no receipt", Reason.EvidenceMissing },
        { "other candidate weights", Reason.EvidenceOfOtherModel },
        { "other base weights", Reason.EvidenceOfOtherModel },
        { "other candidate config", Reason.EvidenceOfOtherModel },
        { "other base config", Reason.EvidenceOfOtherModel },
        { "other tokenizer of both", Reason.EvidenceOfOtherModel },
        { "receipt without tokenizer", Reason.EvidenceOfOtherModel },
        { "other adapter", Reason.EvidenceOfOtherModel },
        { "half weight", Reason.EvidenceOfOtherModel },
        { "imported candidate", Reason.EvidenceImported },
        { "imported base", Reason.EvidenceImported },
        { "other prompt", Reason.EvidenceOfOtherTask },
        { "other prompt of the base", Reason.ItemsDoNotPair },
        { "other engine", Reason.ItemsDoNotPair },
        { "other task", Reason.ItemsDoNotPair },
        { "other data", Reason.ItemsDoNotPair },
        { "other tokenizer", Reason.ItemsDoNotPair },
        { "other ids", Reason.ItemsDoNotPair },
        { "repeated ids", Reason.ItemsDoNotPair },
        { "every other row", Reason.ItemsDoNotPair },
        { "rows beyond the last", Reason.ItemsDoNotPair },
        { "dropped items", Reason.NotEnoughItems },
        { "no items", Reason.NotEnoughItems },
        { "fewer than planned", Reason.NotEnoughItems },
        { "no metric", Reason.MetricMissing },
        { "NaN", Reason.MetricUnusable },
        { "not a share", Reason.MetricUnusable },
    };

    [Theory, MemberData(nameof(Shortfalls))]
    public void Evidence_that_falls_short_is_undecided_and_never_passed(string fault, string reason)
    {
        var decision = Decide(Break(Pair(200, 10, 10), fault));
        var rule = Single(decision);
        Assert.Equal((Outcome.Undecided, reason, Verdict.Undecided), (rule.Outcome, rule.Reason, decision.Verdict));
        Assert.NotEmpty(rule.Summary);
    }

    [Fact]
    public void Imported_scores_count_where_the_policy_accepts_them_and_the_decision_says_so()
    {
        var evidence = Break(Pair(400, gained: 2, lost: 14), "imported candidate");
        var policy = OneRule with { Tasks = OneRule.Tasks.ToDictionary(task => task.Key, task => task.Value with { AcceptsImported = true }) };
        var accepting = DecisionMaker.Decide(policy, evidence, Day);
        Assert.Equal(Outcome.Passed, Single(accepting).Outcome);
        Assert.Equal([true], accepting.Tasks.Select(task => task.Imported));
        Assert.Equal([null], Decide(Pair(400, gained: 2, lost: 14)).Tasks.Select(task => task.Imported));
    }

    [Theory]
    [InlineData(false, true, Outcome.Undecided, Reason.EvidenceRemote)]
    [InlineData(true, true, Outcome.Passed, Reason.BoundClearsMargin)]
    [InlineData(true, false, Outcome.Undecided, Reason.EvidenceOfOtherModel)]
    public void A_servers_scores_count_where_the_policy_accepts_them_and_are_of_base_and_adapter(bool accepts, bool isBesideTheBase, Outcome outcome, string reason)
    {
        var evidence = Pair(400, gained: 2, lost: 14);
        var run = new RemoteRun(RemoteRun.Unattested, "vllm 1", "m", null, 100, Digest.Of([]), 0.1);
        var (name, own) = evidence.Candidate.Single();
        var live = isBesideTheBase ? evidence.Base[name].Record.Model with { AdapterDigest = evidence.Receipt!.Record.Adapters[0].Adapter.Digest } : own.Record.Model;
        var policy = OneRule with { Tasks = OneRule.Tasks.ToDictionary(task => task.Key, task => task.Value with { AcceptsRemote = accepts }) };
        var decision = DecisionMaker.Decide(policy, evidence with
        {
            Candidate = new Dictionary<string, FiledRecord<EvaluationReport>> { [name] = new(own.Path, own.Record with { Model = live, Remote = run }) },
            Base = new Dictionary<string, FiledRecord<EvaluationReport>> { [name] = new(evidence.Base[name].Path, evidence.Base[name].Record with { Remote = run }) },
        }, Day);
        Assert.Equal((outcome, reason), (Single(decision).Outcome, Single(decision).Reason));
        Assert.Equal([true], decision.Tasks.Select(task => task.Remote));
    }

    [Theory]
    [InlineData(ChatForm.MultiTurn, null, true)]
    [InlineData(ChatForm.SingleTurn, null, false)]
    [InlineData(ChatForm.None, null, false)]
    [InlineData(ChatForm.MultiTurn, "Be kind.", false)]
    public void Scores_count_with_the_prompts_that_the_policy_asks_for(ChatForm chat, string? system, bool counts)
    {
        var evidence = Pair(400, gained: 2, lost: 14);
        FiledRecord<EvaluationReport> InChat(FiledRecord<EvaluationReport> report) => new(report.Path, report.Record with { Task = report.Record.Task with { Prompt = new EvaluatedPrompt(DigestOf("template"), true, null, null) } });
        evidence = evidence with
        {
            Base = new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = InChat(evidence.Base["skill"]) },
            Candidate = new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = InChat(evidence.Candidate["skill"]) },
        };
        var policy = OneRule with { Tasks = OneRule.Tasks.ToDictionary(task => task.Key, task => task.Value with { Prompt = new PolicyPrompt(chat, system) }) };
        var rule = Single(DecisionMaker.Decide(policy, evidence, Day));
        Assert.Equal(counts ? Outcome.Passed : Outcome.Undecided, rule.Outcome);
        Assert.Equal(counts, rule.Reason != Reason.EvidenceOfOtherTask);
    }

    [Theory]
    [InlineData("skill", "skill data", Outcome.Passed, Reason.BoundClearsMargin)]
    [InlineData("other", "skill data", Outcome.Undecided, Reason.EvidenceOfOtherTask)]
    [InlineData("skill", "other", Outcome.Undecided, Reason.EvidenceOfOtherTask)]
    public void Scores_of_another_task_file_or_other_data_than_the_policy_pins_decide_nothing(string task, string data, Outcome outcome, string reason)
    {
        var pinned = Policies.PolicyTests.Parse(PolicyText.Replace("{file: skill.yaml,", $"{{file: skill.yaml, sha256: {{task: {DigestOf(task)}, data: {DigestOf(data)}}},", StringComparison.Ordinal));
        var decision = DecisionMaker.Decide(pinned, Pair(200, gained: 10, lost: 10), Day);
        Assert.Equal((outcome, reason), (Single(decision).Outcome, Single(decision).Reason));
        Assert.Equal(new MeasuredTask("skill", DigestOf("skill"), DigestOf("skill data"), true), Assert.Single(decision.Tasks));
    }

    private static readonly ImportedRun Foreign = new("hf", "pretrained=x", DigestOf("results"), DigestOf("samples"));

    private static Evidence Break(Evidence evidence, string fault)
    {
        var none = new Dictionary<string, FiledRecord<EvaluationReport>>();
        var candidate = evidence.Candidate["skill"].Record;
        return fault switch
        {
            "no candidate" => evidence with { Candidate = none },
            "no base" => evidence with { Base = none },
            "no receipt" => evidence with { Receipt = null },
            "other candidate weights" => Candidate(evidence, candidate with { Model = candidate.Model with { WeightsDigest = DigestOf("x") } }),
            "other base weights" => evidence with { Base = new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = evidence.Candidate["skill"] } },
            "other candidate config" => Candidate(evidence, candidate with { Model = candidate.Model with { ConfigDigest = DigestOf("x") } }),
            "other base config" => Base(evidence, r => r with { Model = r.Model with { ConfigDigest = DigestOf("x") } }),
            "other tokenizer of both" => Base(Candidate(evidence, candidate with { Model = candidate.Model with { TokenizerDigest = DigestOf("x") } }), r => r with { Model = r.Model with { TokenizerDigest = DigestOf("x") } }),
            "receipt without tokenizer" => evidence with { Receipt = new("merge.json", evidence.Receipt!.Record with { Files = [] }) },
            "other adapter" => evidence with { Receipt = Receipt(adapter: "another") },
            "half weight" => evidence with { Receipt = Receipt(weight: 0.5) },
            "imported candidate" => Candidate(evidence, candidate with { Imported = Foreign }),
            "imported base" => evidence with { Base = new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = new("base.json", evidence.Base["skill"].Record with { Imported = Foreign }) } },
            "other prompt of the base" => evidence with { Base = new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = new("base.json", evidence.Base["skill"].Record with { Task = candidate.Task with { Prompt = new EvaluatedPrompt(null, false, "Be kind.", null) } }) } },
            "other prompt" => Candidate(evidence, candidate with { Task = candidate.Task with { Prompt = new EvaluatedPrompt(null, false, "Be kind.", null) } }),
            "other engine" => Candidate(evidence, candidate with { Engine = candidate.Engine with { Device = "cuda" } }),
            "other task" => Candidate(evidence, candidate with { Task = candidate.Task with { TaskDigest = DigestOf("x") } }),
            "other data" => Candidate(evidence, candidate with { Task = candidate.Task with { DataDigest = DigestOf("x") } }),
            "other tokenizer" => Candidate(evidence, candidate with { Model = candidate.Model with { TokenizerDigest = DigestOf("x") } }),
            "other ids" => Candidate(evidence, candidate with { Items = [.. candidate.Items.Skip(1), Item(999, "acc", 1)] }),
            "repeated ids" => Both(evidence, items => [.. items.Select(item => item with { Id = item.Id / 2 })]),
            "every other row" => Both(evidence, items => [.. items.Select(item => item with { Id = item.Id * 2 })]),
            "rows beyond the last" => Both(evidence, items => [.. items.Select(item => item with { Id = item.Id + 1 })]),
            "dropped items" => Both(evidence, items => [.. items.Skip(3)], 200),
            "no items" => Both(evidence, _ => []),
            "fewer than planned" => Both(evidence, items => [.. items.Take(50)]),
            "no metric" => Candidate(evidence, candidate with { Items = [.. candidate.Items.Select(item => item.Id == 7 ? Item(7, "acc_norm", 1) : item)] }),
            "NaN" => evidence with { Candidate = new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = WithNaN(evidence.Candidate["skill"]) } },
            "not a share" => Candidate(evidence, candidate with { Items = [.. candidate.Items.Select(item => item.Id == 7 ? Item(7, "acc", 0.5) : item)] }),
            _ => throw new ArgumentException(fault, nameof(fault)),
        };
    }

    /// <summary>Records with NaN have no canonical form: such a report can only come from a caller that filled a dictionary afterwards.</summary>
    private static FiledRecord<EvaluationReport> WithNaN(FiledRecord<EvaluationReport> report)
    {
        var scores = new Dictionary<string, double> { ["acc"] = 1 };
        var filed = new FiledRecord<EvaluationReport>(report.Path, report.Record with { Items = [.. report.Record.Items.Select(item => item.Id == 7 ? item with { Scores = scores } : item)] });
        scores["acc"] = double.NaN;
        return filed;
    }
}
