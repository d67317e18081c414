using System.Text.Json;
using Loragate.EvalHarness.Tasks;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Tasks;

/// <summary>The sample set lies in the repository itself.</summary>
public sealed class SampleScoreTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var folder in new DirectoryInfo(Repository.PathTo("samples", "reference")).EnumerateDirectories())
        {
            foreach (var file in folder.EnumerateFiles("*.jsonl"))
                cases.Add(folder.Name, Path.GetFileNameWithoutExtension(file.Name));
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scores_of_recorded_answers_are_the_harness_s(string model, string name)
    {
        var task = EvaluationTask.Load(Repository.PathTo("samples", "tasks", $"sample_{name}.yaml"));
        var data = task.Read(Repository.PathTo("samples"), limit: null);
        var scores = new List<IReadOnlyDictionary<string, double>>();
        foreach (var row in File.ReadLines(Repository.PathTo("samples", "reference", model, name + ".jsonl")).Select(line => JsonDocument.Parse(line).RootElement))
        {
            var score = task.Score(task.Prepare(data, data.Documents[row.GetProperty("id").GetInt32()]), RecordedResponses.Of(row));
            foreach (var entry in score.Where(entry => row.TryGetProperty(entry.Key, out _)))
                Assert.Equal(row.GetProperty(entry.Key).GetDouble(), entry.Value, 1e-9);
            scores.Add(score);
        }
        Assert.Equal(data.Rows, scores.Count);

        using var metrics = JsonDocument.Parse(File.ReadAllText(Repository.PathTo("samples", "reference", model, "metrics.json")));
        var expected = metrics.RootElement.GetProperty(task.Name).EnumerateObject().ToDictionary(entry => entry.Name.Split(',')[0], entry => entry.Value.GetDouble());
        foreach (var metric in task.Aggregate(scores))
        {
            // The log-likelihoods of the reference have nine digits.
            Assert.Equal(expected[metric.Name], metric.Value, 1e-8 * Math.Max(1, expected[metric.Name]));
            Assert.Equal(expected.ContainsKey(metric.Name + "_stderr"), metric.StandardError is not null);
            if (metric.StandardError is { } error)
                Assert.Equal(expected[metric.Name + "_stderr"], error, 1e-9);
        }
    }
}
