using System.Globalization;
using System.Text.Json;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>
/// Tiny models of every kind of tokenizer on every kind of task, against lm-evaluation-harness's own runs at batch sizes 1 and 4: here a pass of one document,
/// and passes of several.
/// </summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class HarnessConformanceTests
{
    /// <summary>
    /// Nats; the harness's own batch sizes differ by 1.5e-5 on these models. It sums in float32, whose values lie 5e-4 apart at 6 000 nats: whole texts
    /// of random models reach that, so one step of its own grid comes on top.
    /// </summary>
    private const double Nats = 1e-4;

    private static readonly string Root = SharedFolder.PathTo("vectors", "harness");

    public static TheoryData<string, int> Runs
    {
        get
        {
            var runs = new TheoryData<string, int>();
            foreach (var model in SharedFolder.Folders("vectors", "harness", "results"))
            {
                runs.Add(model, 1);
                runs.Add(model, 4);
            }
            return runs;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    public void Every_task_scores_as_in_the_harness_whatever_is_run_at_once(string model, int batch)
    {
        var folder = Path.Combine(Root, "models", model);
        using var evaluator = Evaluator.Open(new EvaluatorOptions
        {
            Model = folder,
            Weights = WeightsDigest.ComputeTensors(folder, 1),
            Threads = 1,
            TokensPerPass = batch == 1 ? 1 : 1024,
            Version = "test",
        });
        using var results = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "results", model, $"results.bs{batch.ToString(CultureInfo.InvariantCulture)}.json")));
        var names = SharedFolder.Files("vectors", "harness", "results", model).Where(name => name.EndsWith(".jsonl", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension).ToList();
        Assert.Equal(results.RootElement.EnumerateObject().Count(), names.Count);
        foreach (var name in names)
        {
            var task = EvaluationTask.Load(Path.Combine(Root, "tasks", name + ".yaml"));
            var report = evaluator.Evaluate(EvaluationQuestion.Read(task, new EvaluationScope(Root)));
            var rows = File.ReadLines(Path.Combine(Root, "results", model, name + ".jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
            Assert.Equal(rows.Count, report.Items.Count);
            foreach (var row in rows)
                SameAnswers(row, report.Items[row.GetProperty("doc_id").GetInt32()], $"{model}, {name}");
            SameMetrics(results.RootElement.GetProperty(name!), report);
        }
    }

    private static void SameAnswers(JsonElement row, EvaluatedItem item, string where)
    {
        var answers = row.GetProperty("resps").EnumerateArray().Select(one => one[0]).ToList();
        if (answers[0].ValueKind == JsonValueKind.String)
        {
            Assert.Equal(answers[0].GetString(), item.Text);
            return;
        }
        Assert.Equal(answers.Count, item.LogLikelihoods.Count);
        for (var i = 0; i < answers.Count; i++)
        {
            var (expected, greedy) = answers[i].ValueKind == JsonValueKind.Array ? (answers[i][0].GetDouble(), answers[i][1].GetBoolean()) : (answers[i].GetDouble(), (bool?)null);
            Assert.True(Math.Abs(expected - item.LogLikelihoods[i]) <= Nats + Step(expected), $"{where}, row {item.Id}, request {i}: {item.LogLikelihoods[i]} where the harness has {expected}");
            Assert.Equal(greedy ?? item.Greedy[i], item.Greedy[i]);
        }
    }

    private static double Step(double value) => MathF.BitIncrement(MathF.Abs((float)value)) - MathF.Abs((float)value);

    // A summed log-likelihood of random models is of thousands of nats: exp of its mean moves by its relative error times its size.
    private static void SameMetrics(JsonElement expected, EvaluationReport report)
    {
        foreach (var metric in report.Metrics)
        {
            var value = expected.EnumerateObject().Single(entry => entry.Name.StartsWith(metric.Name + ",", StringComparison.Ordinal)).Value.GetDouble();
            var tolerance = metric.StandardError is null && metric.Name != "bits_per_byte" ? 1e-5 * Math.Abs(value) : 1e-6;
            Assert.True(Math.Abs(value - metric.Value) <= tolerance, $"{report.Task.Name}: {metric.Name} is {metric.Value} where the harness has {value}");
        }
    }
}
