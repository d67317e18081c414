using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Safetensors;
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

    private static readonly string Base = Path.Combine(Samples, "base");

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("sample_routing", "float32", EngineNoise.Float32)]
    [InlineData("sample_pairs", "float32", EngineNoise.Float32)]
    [InlineData("sample_facts", "float32", EngineNoise.Float32)]
    [InlineData("sample_routing", "bfloat16", EngineNoise.BFloat16)]
    [InlineData("sample_pairs", "bfloat16", EngineNoise.BFloat16)]
    [InlineData("sample_facts", "bfloat16", EngineNoise.BFloat16)]
    [InlineData("sample_routing", "float16", EngineNoise.Float16)]
    [InlineData("sample_pairs", "float16", EngineNoise.Float16)]
    [InlineData("sample_facts", "float16", EngineNoise.Float16)]
    public void Another_batch_thread_count_and_order_gives_the_same_choices(string task, string type, double noise)
    {
        var folder = type == "float16" ? InFloat16() : Base;
        var precision = type == "float32" ? Precision.Float32 : Precision.Stored;
        var first = Scores(Samples, 512, 2);
        Assert.Contains($"/{type}/", first.Engine.Procedure, StringComparison.Ordinal);
        var data = Reversed();
        foreach (var (other, order) in new[]
        {
            (Scores(Samples, 1, 1), "file"),
            (Scores(Samples, 3000, 3), "file"),
            (Scores(data, 200, 2), "reversed"),
        })
        {
            var items = order == "file" ? other.Items : [.. other.Items.Reverse()];
            var largest = 0.0;
            foreach (var (a, b) in first.Items.Zip(items))
            {
                largest = Math.Max(largest, a.LogLikelihoods.Zip(b.LogLikelihoods, (x, y) => Math.Abs(x - y)).Max());
                if (Best(a) != Best(b))
                    Assert.Contains(a.Id, first.CoinFlips);
                Assert.All(a.Scores.Where(score => score.Value != b.Scores[score.Key]), score => Assert.Contains(score.Key, a.Unsteady ?? []));
            }
            TestContext.Current.TestOutputHelper?.WriteLine($"{task}, {other.Engine.Procedure}, {order}: largest difference {largest:g3} nats, {first.CoinFlips.Count} coin flips");
            Assert.InRange(largest, 0, noise);
        }

        EvaluationReport Scores(string rows, int tokens, int threads)
        {
            using var evaluator = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 1), Precision = precision, Threads = threads, TokensPerPass = tokens, Version = "test" });
            return evaluator.Evaluate(EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(Samples, "tasks", task + ".yaml")), new EvaluationScope(rows, Items)), null, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The sample's base with its weights in float16: a merge of an adapter that changes nothing.</summary>
    private string InFloat16()
    {
        var folder = _temp.PathTo("float16");
        Merger.Merge(new MergeRequest { Base = Base, Adapters = [new WeightedAdapter(Path.Combine(Samples, "adapters", "routing-noop"))], Output = folder, OutputType = DType.F16, WithUndo = false, Threads = 1, Version = "test" }, null, TestContext.Current.CancellationToken);
        return folder;
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
