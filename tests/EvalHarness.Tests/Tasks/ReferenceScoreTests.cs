using System.Text.Json;
using Loragate.EvalHarness.Tasks;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Tasks;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class ReferenceScoreTests
{
    /// <summary>The references round log-likelihoods and scores to six decimals; a difference of two such is off by 1e-6 at most, and so are its means.</summary>
    private const double Rounding = 2e-6;

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var model in SharedFolder.Folders("reference").Where(name => name != "tasks"))
        {
            foreach (var file in SharedFolder.Files("reference", model).Where(name => name.EndsWith(".jsonl", StringComparison.Ordinal)))
                cases.Add(model, file[..^".jsonl".Length]);
        }
        return cases;
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Scores_of_recorded_answers_are_the_harness_s(string model, string run)
    {
        var task = EvaluationTask.Load(SharedFolder.PathTo("reference", "tasks", run.Split('.')[0] + ".yaml"));
        var data = task.Read(SharedFolder.PathTo(), limit: null);
        var scores = new List<IReadOnlyDictionary<string, double>>();
        foreach (var row in File.ReadLines(SharedFolder.PathTo("reference", model, run + ".jsonl")).Select(line => JsonDocument.Parse(line).RootElement))
        {
            var item = task.Prepare(data, data.Documents[row.GetProperty("doc_id").GetInt32()]);
            var score = task.Score(item, RecordedResponses.Of(row));
            foreach (var metric in task.MetricNames.Where(name => row.TryGetProperty(name, out _)))
                Assert.Equal(row.GetProperty(metric).GetDouble(), score[metric], Rounding);
            scores.Add(score);
        }
        SameMetrics(task, scores, model, run);
    }

    private static void SameMetrics(EvaluationTask task, List<IReadOnlyDictionary<string, double>> scores, string model, string run)
    {
        using var results = JsonDocument.Parse(File.ReadAllText(SharedFolder.PathTo("reference", model, "results.json")));
        var expected = results.RootElement.GetProperty("tasks").GetProperty(run).GetProperty("metrics");
        foreach (var metric in task.Aggregate(scores))
        {
            Assert.Equal(expected.GetProperty("sample_len").GetInt32(), metric.Items);
            Close(expected.GetProperty(metric.Name).GetDouble(), metric.Value);
            if (expected.GetProperty(metric.Name + "_stderr") is { ValueKind: JsonValueKind.Number } error)
                Close(error.GetDouble(), metric.StandardError!.Value);
            else
                Assert.Null(metric.StandardError);
        }
    }

    private static void Close(double expected, double actual) => Assert.Equal(expected, actual, Rounding * Math.Max(1, Math.Abs(expected)));
}
