using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

public sealed class DecisionMakerTests
{
    private const string OneRuleText = """
        schema: loragate.policy/1
        name: one
        version: "1"
        description: One statistical rule.
        alpha: 0.05
        tasks:
          skill: {file: skill.yaml, purpose: skill}
        rules:
          - id: skill
            check: non-inferiority
            severity: block
            why: why
            controls: [C1]
            task: skill
            metric: acc
            margin: 0.1
            plan: {discordance: 0.2, power: 0.8}
        """;

    private static readonly Policy OneRule = Policies.PolicyTests.Parse(OneRuleText);

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
    [InlineData("other", Severity.Warn, Outcome.Passed)]
    [InlineData("tolerated", Severity.Block, Outcome.Passed)]
    public void Findings_are_forbidden_and_allowed_by_id(string id, Severity severity, Outcome outcome)
    {
        var policy = Policies.PolicyTests.Parse(Policies.PolicyTests.Example().Replace("allow: []", "allow: [tolerated]", StringComparison.Ordinal));
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
    }

    [Theory]
    [InlineData("maximumUnchanged: 0.3", Outcome.Passed, Reason.UpdatePreserved)]
    [InlineData("maximumUnchanged: 0.1", Outcome.Failed, Reason.UpdateLost)]
    [InlineData("maximumStep: 7", Outcome.Passed, Reason.UpdatePreserved)]
    [InlineData("maximumStep: 6", Outcome.Failed, Reason.UpdateLost)]
    [InlineData("maximumSaturated: 1", Outcome.Passed, Reason.UpdatePreserved)]
    [InlineData("maximumSaturated: 0", Outcome.Failed, Reason.UpdateLost)]
    [InlineData("maximumFlushed: 0", Outcome.Undecided, Reason.FidelityUnknown)]
    public void A_merge_is_judged_by_what_became_of_single_weights_where_the_policy_asks(string limit, Outcome outcome, string reason)
    {
        var policy = Policies.PolicyTests.Parse(Policies.PolicyTests.Example().Replace("    check: merge-fidelity\n", $"    check: merge-fidelity\n    {limit}\n", StringComparison.Ordinal));
        var fidelity = new Artifacts.Records.Merging.Fidelity(10, 2, 1, 10, 0.01) { LargestStep = 7, Saturated = 1 };
        var decision = DecisionMaker.Decide(policy, new Evidence { Inspection = Inspection(), Receipt = Receipt(fidelity: fidelity) }, Day);
        var rule = decision.Rules.Single(each => each.Check == "merge-fidelity");
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

    [Theory]
    [InlineData("skill", "skill data", Outcome.Passed, Reason.BoundClearsMargin)]
    [InlineData("other", "skill data", Outcome.Undecided, Reason.EvidenceOfOtherTask)]
    [InlineData("skill", "other", Outcome.Undecided, Reason.EvidenceOfOtherTask)]
    public void Scores_of_another_task_file_or_other_data_than_the_policy_pins_decide_nothing(string task, string data, Outcome outcome, string reason)
    {
        var pinned = Policies.PolicyTests.Parse(OneRuleText.Replace("{file: skill.yaml,", $"{{file: skill.yaml, sha256: {{task: {DigestOf(task)}, data: {DigestOf(data)}}},", StringComparison.Ordinal));
        var decision = DecisionMaker.Decide(pinned, Pair(200, gained: 10, lost: 10), Day);
        Assert.Equal((outcome, reason), (Single(decision).Outcome, Single(decision).Reason));
        Assert.Equal(new MeasuredTask("skill", DigestOf("skill"), DigestOf("skill data"), true), Assert.Single(decision.Tasks));
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
        var policy = Policies.PolicyTests.Parse(OneRuleText.Replace("margin: 0.1", $"margin: 0.1\n    where: {{{where}}}", StringComparison.Ordinal));
        var evidence = Both(Pair(400, gained: 10, lost: 10), items => [.. items.Select(item => item with { Fields = Group(item.Id < 300) })]);
        if (moved)
            evidence = Base(evidence, report => report with { Items = [.. report.Items.Select(item => item with { Fields = Group(item.Id is < 299 or 399) })] });
        var rule = Single(DecisionMaker.Decide(policy, evidence, Day));
        Assert.Equal((outcome, reason), (rule.Outcome, rule.Reason));

        static Dictionary<string, string> Group(bool first) => new() { ["group"] = first ? "a" : "b" };
    }

    private static RuleResult ExampleRule(string id, Evidence evidence) =>
        DecisionMaker.Decide(Policies.PolicyTests.Parse(Policies.PolicyTests.Example()), evidence, Day).Rules.Single(rule => rule.Id == id);

    private static readonly ImportedRun Foreign = new("hf", "pretrained=x", DigestOf("results"), DigestOf("samples"));

    private static Decision Decide(Evidence evidence) => DecisionMaker.Decide(OneRule, evidence, Day);

    private static RuleResult Single(Decision decision) => Assert.Single(decision.Rules);

    private static Evidence Pair(int items, int gained, int lost) => new()
    {
        Inspection = Inspection(),
        Receipt = Receipt(),
        Base = Reports(true, [.. Enumerable.Range(0, items).Select(i => Item(i, "acc", i < lost || i % 2 == 0 && i >= lost + gained ? 1 : 0))]),
        Candidate = Reports(false, [.. Enumerable.Range(0, items).Select(i => Item(i, "acc", i >= lost && (i < lost + gained || i % 2 == 0) ? 1 : 0))]),
        Run = Run(),
    };

    private static Dictionary<string, FiledRecord<EvaluationReport>> Reports(bool isBase, IReadOnlyList<EvaluatedItem> items, int? rows = null) =>
        new() { ["skill"] = Report("skill", isBase, items, rows: rows) };

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

    private static Evidence Candidate(Evidence evidence, EvaluationReport report) =>
        evidence with { Candidate = new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = new("candidate/skill.json", report) } };

    private static Evidence Base(Evidence evidence, Func<EvaluationReport, EvaluationReport> change) =>
        evidence with { Base = new Dictionary<string, FiledRecord<EvaluationReport>> { ["skill"] = new("base/skill.json", change(evidence.Base["skill"].Record)) } };

    private static Evidence Both(Evidence evidence, Func<IReadOnlyList<EvaluatedItem>, IReadOnlyList<EvaluatedItem>> change, int? rows = null) => evidence with
    {
        Base = Reports(true, change(evidence.Base["skill"].Record.Items), rows),
        Candidate = Reports(false, change(evidence.Candidate["skill"].Record.Items), rows),
    };
}
