using System.Text.Json;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

public sealed class SampleReferenceTests
{
    private static readonly string Samples = Repository.PathTo("samples");

    public static TheoryData<string> Models => [.. Directory.EnumerateDirectories(Path.Combine(Samples, "reference")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_score_of_the_sample_is_the_reference_harnesses(string model)
    {
        using var temp = new TempFolder();
        var folder = Merged(model, temp);
        using var evaluator = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 2), Threads = 2, Version = "test" });
        using var metrics = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Samples, "reference", model, "metrics.json")));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Samples, "reference", model), "*.jsonl"))
        {
            var task = EvaluationTask.Load(Path.Combine(Samples, "tasks", $"sample_{Path.GetFileNameWithoutExtension(file)}.yaml"));
            var report = evaluator.Evaluate(EvaluationQuestion.Read(task, new EvaluationScope(Samples)));
            Conformance.Assert(report, ReferenceItem.Read(file));
            Assert.Equal(report.Items.Count, metrics.RootElement.GetProperty(task.Name).GetProperty("n").GetInt32());
            foreach (var metric in report.Metrics)
                AssertMetric(metric, metrics.RootElement.GetProperty(task.Name), report.CoinFlips.Count);
        }
    }

    /// <summary>Shares move by one item a coin flip at most; perplexities as far as a summed log-likelihood may (2e-3 of about 80 nats an item).</summary>
    private static void AssertMetric(Metric metric, JsonElement expected, int coinFlips)
    {
        var value = expected.EnumerateObject().First(p => p.Name.StartsWith(metric.Name + ",", StringComparison.Ordinal)).Value.GetDouble();
        var tolerance = metric.StandardError is null ? 1e-4 * value : (double)coinFlips / metric.Items + 1e-12;
        Assert.True(Math.Abs(metric.Value - value) <= tolerance, $"{metric.Name} is {metric.Value} where the reference has {value}");
    }

    private static string Merged(string model, TempFolder temp)
    {
        if (model == "base")
            return Path.Combine(Samples, "base");
        return PeftMerge.Write(Path.Combine(Samples, "base"), Path.Combine(Samples, "adapters", model), temp.PathTo("merged"));
    }
}
