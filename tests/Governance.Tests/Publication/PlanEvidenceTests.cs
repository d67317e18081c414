using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Policies;
using Loragate.Governance.Tests.Deciding;
using static Loragate.Governance.Tests.Deciding.OneRuleEvidence;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Publication;

/// <summary>The plan that a decision rests on is the one that its policy, tasks and items ask for.</summary>
public sealed class PlanEvidenceTests
{
    private const int Rows = 200;

    private static readonly PlannedTask Task = new("skill", DigestOf("skill"), DigestOf("skill data"), Rows);

    private static EvaluationReport Scored(bool isBase) => Report("skill", isBase, [.. Enumerable.Range(0, Rows).Select(i => Item(i, "acc", 1))]).Record with { Repeated = [7, 9] };

    [Fact]
    public void The_plan_that_was_fixed_holds_in_either_type_to_compute_in()
    {
        Assert.Null(FaultOf(PlanOf(OneRule)));
        Assert.Null(FaultOf(PlanOf(OneRule) with { DType = EvaluationPlan.StoredType }));
    }

    [Fact]
    public void Scores_in_another_type_than_float32_are_a_finding_where_the_plan_names_none_and_nobody_else_gave_them()
    {
        var half = Scored(isBase: false) with { Engine = Scored(isBase: false).Engine with { Procedure = "llama/bfloat16/prefix-packed-4096/2" } };
        Assert.Equal("it asks for scores in float32, and 'skill' was scored by llama/bfloat16/prefix-packed-4096/2", FaultOf(PlanOf(OneRule), half));
        Assert.Null(FaultOf(PlanOf(OneRule) with { DType = EvaluationPlan.StoredType }, half));
        Assert.Null(FaultOf(PlanOf(OneRule), half with { Imported = new ImportedRun("hf", "", Task.TaskDigest, Task.DataDigest) }));
        Assert.Null(FaultOf(PlanOf(OneRule), half with { Remote = new RemoteRun(RemoteRun.Unattested, "vllm", "m", null, 1, Task.TaskDigest, 0) }));
    }

    [Theory]
    [InlineData("margin: 0.1", "margin: 0.2", "rule 'skill'")]
    [InlineData("alpha: 0.05", "alpha: 0.1", "alpha, rule 'skill'")]
    [InlineData("alpha: 0.05", "alpha: 0.05\nseed: 9", "seed")]
    public void A_plan_of_another_policy_than_the_one_that_decided_is_a_finding(string old, string @new, string named)
    {
        var other = Tests.Policies.PolicyTests.Parse(PolicyText.Replace(old, @new, StringComparison.Ordinal));
        Assert.EndsWith(": " + named, FaultOf(PlanOf(other)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("task")]
    [InlineData("data")]
    [InlineData("items")]
    public void A_plan_of_other_tasks_or_items_than_were_scored_is_a_finding(string what)
    {
        var other = what switch
        {
            "task" => Task with { TaskDigest = DigestOf("x") },
            "data" => Task with { DataDigest = DigestOf("x") },
            _ => Task with { Items = 300 },
        };
        Assert.EndsWith(": task 'skill'", FaultOf(PlanOf(OneRule) with { Tasks = [other] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_repeat_an_earlier_one_count_in_no_plan() =>
        Assert.EndsWith(": rule 'skill'", FaultOf(PowerPlan.Of(OneRule, [Task], RowsOf(Rows))), StringComparison.Ordinal);

    [Fact]
    public void Fewer_items_than_a_plan_needs_are_a_finding() =>
        Assert.Contains("no plan was possible", FaultOf(PlanOf(OneRule), Report("skill", isBase: false, [Item(0, "acc", 1)]).Record), StringComparison.Ordinal);

    [Fact]
    public void Scores_or_a_merge_without_a_plan_are_a_finding()
    {
        var (scores, merge) = ((Dossier.CandidateReportFile("skill"), Scored(isBase: false)), (Dossier.ReceiptFile, Receipt().Record));
        Assert.Contains("no plan", PlanEvidence.Finding(RecordsInMemory.Of(OneRule, scores), OneRule)!.Message, StringComparison.Ordinal);
        Assert.Contains("no plan", PlanEvidence.Finding(RecordsInMemory.Of(OneRule, merge), OneRule)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_refused_before_the_merge_needs_no_plan_also_where_trials_were_scored() =>
        Assert.Null(PlanEvidence.Finding(RecordsInMemory.Of(OneRule, (Dossier.TrialEvaluationFile("base", "skill"), Scored(isBase: true))), OneRule));

    private static EvaluationPlan PlanOf(Policy policy) => PowerPlan.Of(policy, [Task], RowsOf(Rows - 2));

    private static Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>> RowsOf(int rows) =>
        new() { ["skill"] = [.. Enumerable.Repeat(new Dictionary<string, string>(), rows)] };

    private static string? FaultOf(EvaluationPlan plan, EvaluationReport? candidate = null) => PlanEvidence.Finding(
        RecordsInMemory.Of(OneRule, (Dossier.PlanFile, plan), (Dossier.ReceiptFile, Receipt().Record), (Dossier.BaseReportFile("skill"), Scored(isBase: true)), (Dossier.CandidateReportFile("skill"), candidate ?? Scored(isBase: false))),
        OneRule)?.Message;
}
