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
}
