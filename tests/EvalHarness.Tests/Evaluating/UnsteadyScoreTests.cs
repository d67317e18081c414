using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

public sealed class UnsteadyScoreTests
{
    [Fact]
    public void A_score_is_unsteady_exactly_where_noise_can_turn_it()
    {
        var folder = Repository.PathTo("samples", "base");
        using var evaluator = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 1), Threads = 1, Version = "0" });
        var report = evaluator.Evaluate(EvaluationQuestion.Read(EvaluationTask.Load(Repository.PathTo("samples", "tasks", "sample_pairs.yaml")), new EvaluationScope(Repository.PathTo("samples"))));
        Assert.All(report.Items, item =>
        {
            var isNear = Math.Abs(item.LogLikelihoods[0] - item.LogLikelihoods[1]) <= 2 * EngineNoise.Float32;
            Assert.Equal(isNear, item.Unsteady?.Contains("acc") == true);
            Assert.Equal(isNear, report.CoinFlips.Contains(item.Id));
        });
        Assert.Contains(report.Items, item => item.Unsteady is not null);
    }

    [Theory]
    [InlineData(0.001, true, true)]
    [InlineData(0.0039, true, true)]
    [InlineData(-0.0039, false, true)]
    [InlineData(0.0041, true, false)]
    [InlineData(-1, false, false)]
    public void A_greedy_flag_is_unsteady_where_noise_can_make_another_token_the_likeliest(double margin, bool isGreedy, bool expected)
    {
        using var temp = new TempFolder();
        temp.Write("training_rows.jsonl", """{"prefix": "The capital of France", "rest": " is Paris."}"""u8);
        var question = EvaluationQuestion.Read(EvaluationTask.Load(Repository.PathTo("policies", "tasks", "verbatim.yaml")), new EvaluationScope(temp.Path));
        var item = question.Task.Prepare(question.Data, question.Data.Documents[0]);
        IReadOnlyList<Response> responses = [new Response(-3, isGreedy, GreedyMargin: margin)];
        Assert.Equal(expected, AnsweredTask.Item(question, item, responses, EngineNoise.Float32).Unsteady?.Contains("acc") == true);
    }

    [Fact]
    public void Of_a_text_that_may_as_well_be_another_one_every_score_is_unsteady()
    {
        var question = Question("sample_generate");
        var item = question.Task.Prepare(question.Data, question.Data.Documents[0]);
        Assert.Equal(["exact_match"], AnsweredTask.Item(question, item, [Response.Generated("x") with { GreedyMargin = 0.003 }], EngineNoise.Float32).Unsteady);
        Assert.True(NoiseMoves.IsCoinFlip(item, [Response.Generated("x") with { GreedyMargin = 0.003 }], EngineNoise.Float32));
        Assert.Null(AnsweredTask.Item(question, item, [Response.Generated("x") with { GreedyMargin = 0.005 }], EngineNoise.Float32).Unsteady);
        Assert.Null(AnsweredTask.Item(question, item, [Response.Generated("x")], EngineNoise.Float32).Unsteady);
    }

    private static EvaluationQuestion Question(string task) =>
        EvaluationQuestion.Read(EvaluationTask.Load(Repository.PathTo("samples", "tasks", task + ".yaml")), new EvaluationScope(Repository.PathTo("samples"), 1));
}
