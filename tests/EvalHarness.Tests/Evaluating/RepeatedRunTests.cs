using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>A run again in other pieces: the same choices, except where the report itself says that they are coin flips.</summary>
public sealed class RepeatedRunTests : IDisposable
{
    private const int Items = 60;

    private static readonly string Samples = Repository.PathTo("samples");

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("sample_routing", Precision.Float32)]
    [InlineData("sample_pairs", Precision.Float32)]
    [InlineData("sample_facts", Precision.Float32)]
    [InlineData("sample_routing", Precision.Stored)]
    [InlineData("sample_pairs", Precision.Stored)]
    [InlineData("sample_facts", Precision.Stored)]
    public void Another_batch_thread_count_and_order_gives_the_same_choices(string task, Precision precision)
    {
        var first = Scores(Samples, task, precision, tokens: 512, threads: 2);
        var data = Reversed();
        foreach (var (other, order) in new[]
        {
            (Scores(Samples, task, precision, tokens: 1, threads: 1), "file"),
            (Scores(Samples, task, precision, tokens: 3000, threads: 3), "file"),
            (Scores(data, task, precision, tokens: 200, threads: 2), "reversed"),
        })
        {
            var items = order == "file" ? other.Items : [.. other.Items.Reverse()];
            var (largest, noise) = (0.0, first.Engine.Procedure.Contains("float32", StringComparison.Ordinal) ? EngineNoise.Of(TorchSharp.torch.ScalarType.Float32) : EngineNoise.Of(TorchSharp.torch.ScalarType.BFloat16));
            foreach (var (a, b) in first.Items.Zip(items))
            {
                largest = Math.Max(largest, a.LogLikelihoods.Zip(b.LogLikelihoods, (x, y) => Math.Abs(x - y)).Max());
                if (Best(a) != Best(b))
                    Assert.Contains(a.Id, first.CoinFlips);
                Assert.All(a.Scores.Where(score => score.Value != b.Scores[score.Key]), score => Assert.Contains(score.Key, a.Unsteady ?? []));
            }
            TestContext.Current.TestOutputHelper?.WriteLine($"{task}, {precision}, {other.Engine.Procedure}, {order}: largest difference {largest:g3} nats, {first.CoinFlips.Count} coin flips");
            Assert.InRange(largest, 0, noise);
        }
    }

    private static EvaluationReport Scores(string data, string task, Precision precision, int tokens, int threads)
    {
        var folder = Path.Combine(Samples, "base");
        using var evaluator = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 1), Precision = precision, Threads = threads, TokensPerPass = tokens, Version = "test" });
        return evaluator.Evaluate(EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(Samples, "tasks", task + ".yaml")), new EvaluationScope(data, Items)), null, TestContext.Current.CancellationToken);
    }

    /// <summary>The rows that are scored, the last first.</summary>
    private string Reversed()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Samples, "data"), "*.jsonl"))
            _temp.Write(Path.Combine("data", Path.GetFileName(file)), System.Text.Encoding.UTF8.GetBytes(string.Concat(File.ReadLines(file).Take(Items).Reverse().Select(line => line + "\n"))));
        return _temp.Path;
    }

    private static int Best(EvaluatedItem item) => item.LogLikelihoods.Index().MaxBy(entry => (entry.Item, -entry.Index)).Index;
}
