using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Rules;
using Loragate.Governance.Statistics;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

/// <summary>This release against the one before it, item by item.</summary>
public sealed class ReleaseDifferenceTests
{
    private const int Items = 300;

    private static readonly FiledRecord<EvaluationReport> Now = Scores(i => i % 10 < 8 ? 1 : 0);
    private static readonly FiledRecord<EvaluationReport> Then = Scores(i => i % 10 is < 6 or 9 ? 1 : 0);

    [Fact]
    public void The_bounds_are_those_that_the_rule_would_give_against_a_base_with_these_scores()
    {
        var policy = Of(Rule());
        var difference = Assert.Single(Since(policy, Now, Then));
        Assert.Equal(new PairedShareEstimate(60, 30, Items), difference.Estimate);
        Assert.Null(difference.Why);
        var evidence = PairedEvidence.Of([.. Values(Then)], [.. Values(Now)]);
        var statistic = Assert.Single(DecisionMaker.Decide(policy, evidence, Day).Rules).Statistic!;
        Assert.Equal((statistic.Estimate, statistic.Lower, statistic.Upper), (difference.Estimate!.Value, difference.Estimate.Lower(difference.Alpha), difference.Estimate.Upper(difference.Alpha)));
    }

    [Fact]
    public void Where_less_is_better_a_gain_is_an_improvement() =>
        Assert.Equal(new PairedShareEstimate(30, 60, Items), Assert.Single(Since(Of(Rule() with { LowerIsBetter = true }), Now, Then)).Estimate);

    [Fact]
    public void Rules_about_one_measure_make_one_row_and_a_rule_without_a_base_is_compared_too()
    {
        var level = new MinimumMetricRule(new RuleHead("level", Severity.Block, [], ""), Rule().Measure, Rule().Plan, 0.5);
        Assert.Equal("kept", Assert.Single(Since(Of(level, Rule()), Now, Then)).Rule.Id);
        Assert.Equal(new PairedShareEstimate(60, 30, Items), Assert.Single(Since(Of(level), Now, Then)).Estimate);
    }

    [Fact]
    public void What_another_engine_scored_is_compared_and_called_so()
    {
        Assert.False(Assert.Single(Since(Of(Rule()), Now, Then)).IsByOtherEngine);
        Assert.True(Assert.Single(Since(Of(Rule()), Now, With(Then, report => report with { Engine = report.Engine with { Version = "another" } }))).IsByOtherEngine);
    }

    [Fact]
    public void Items_that_do_not_pair_are_not_compared_and_why_is_told()
    {
        void Is(Unpaired why, FiledRecord<EvaluationReport>? then, FiledRecord<EvaluationReport>? now = null)
        {
            var difference = Assert.Single(Since(Of(Rule()), now ?? Now, then));
            Assert.Equal((null, why), (difference.Estimate, difference.Why));
        }
        Is(Unpaired.OtherTask, With(Then, report => report with { Task = report.Task with { TaskDigest = DigestOf("x") } }));
        Is(Unpaired.OtherData, With(Then, report => report with { Task = report.Task with { DataDigest = DigestOf("x") } }));
        Is(Unpaired.OtherPrompts, With(Then, report => report with { Task = report.Task with { Prompt = new EvaluatedPrompt(null, false, "Be brief.", null) } }));
        Is(Unpaired.OtherItems, With(Then, report => report with { Items = [.. report.Items.Skip(1)] }));
        Is(Unpaired.OtherItems, With(Then, report => report with { Repeated = [3] }));
        Is(Unpaired.NoValues, With(Then, report => report with { Items = [.. report.Items.Select((item, i) => i == 7 ? item with { Scores = new Dictionary<string, double>() } : item)] }));
    }

    [Fact]
    public void Differences_that_nothing_bounds_are_not_drawn()
    {
        // Of a metric that nobody declared a range for, values that do not vary, and a single one.
        var rule = Rule() with { Measure = Rule().Measure with { Metric = "steps" } };
        foreach (var items in new[] { 1, Items })
            Assert.Equal(Unpaired.NoBounds, Assert.Single(Since(Of(rule), Scores(_ => 3.5, "steps", items), Scores(_ => 2.5, "steps", items))).Why);
        var clustered = Rule() with { Measure = Rule().Measure with { Cluster = "template" } };
        Assert.Equal(Unpaired.NoBounds, Assert.Single(Since(Of(clustered), InTemplates(Now, 9), InTemplates(Then, 9))).Why);
        Assert.NotNull(Assert.Single(Since(Of(clustered), InTemplates(Now, 10), InTemplates(Then, 10))).Estimate);
    }

    [Fact]
    public void Where_no_earlier_scores_are_at_hand_the_earlier_decision_tells_why()
    {
        Unpaired? Why(params MeasuredTask[] tasks) => Assert.Single(ReleaseDifference.Of(Of(Rule()), Tasks(Now), Tasks(null), Earlier(tasks))).Why;
        Assert.Equal(Unpaired.NotScored, Why());
        Assert.Equal(Unpaired.ScoresMissing, Why(new MeasuredTask("another name", Now.Record.Task.TaskDigest, Now.Record.Task.DataDigest, true)));
        Assert.Equal(Unpaired.OtherTask, Why(new MeasuredTask("skill", DigestOf("x"), Now.Record.Task.DataDigest, true)));
        Assert.Equal(Unpaired.OtherData, Why(new MeasuredTask("skill", Now.Record.Task.TaskDigest, DigestOf("x"), true)));
    }

    [Fact]
    public void A_task_that_this_release_was_not_scored_on_has_no_row() => Assert.Empty(ReleaseDifference.Of(Of(Rule()), Tasks(null), Tasks(Then), Earlier()));

    private static NonInferiorityRule Rule() => new(
        new RuleHead("kept", Severity.Block, [], ""), new Measure("skill", "acc", new Dictionary<string, string>(), null, null), new Plan(0.3, null, 0.8, 0, 1), 0.2, LowerIsBetter: false, IsBootstrap: false);

    private static Policy Of(params StatisticalRule[] rules) => OneRuleEvidence.OneRule with { Rules = rules };

    private static IReadOnlyList<ReleaseDifference> Since(Policy policy, FiledRecord<EvaluationReport> now, FiledRecord<EvaluationReport>? then) => ReleaseDifference.Of(policy, Tasks(now), Tasks(then), Earlier());

    private static Dictionary<string, FiledRecord<EvaluationReport>> Tasks(FiledRecord<EvaluationReport>? report) => report is null ? [] : new() { ["skill"] = report };

    private static Decision Earlier(params MeasuredTask[] tasks) =>
        new(new PolicyIdentity("p", "1", DigestOf("p")), Day, Inspection().Record.Adapter, null, tasks, Verdict.Approved, [], []);

    private static FiledRecord<EvaluationReport> Scores(Func<int, double> of, string metric = "acc", int items = Items) => Report("skill", isBase: false, [.. Enumerable.Range(0, items).Select(i => Item(i, metric, of(i)))]);

    private static FiledRecord<EvaluationReport> InTemplates(FiledRecord<EvaluationReport> report, int count) =>
        With(report, scored => scored with { Items = [.. scored.Items.Select((item, i) => item with { Fields = new Dictionary<string, string> { ["template"] = $"t{i / 7 % count}" } })] });

    private static FiledRecord<EvaluationReport> With(FiledRecord<EvaluationReport> report, Func<EvaluationReport, EvaluationReport> change) => new(report.Path, change(report.Record));

    private static IEnumerable<double> Values(FiledRecord<EvaluationReport> report) => report.Record.Items.Select(item => item.Scores["acc"]);
}
