using System.Text.Json;
using Loragate.EvalHarness.Tasks;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Tasks;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class HarnessVectorTests
{
    private static readonly string Root = SharedFolder.PathTo("vectors", "harness");

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var model in SharedFolder.Folders("vectors", "harness", "results"))
        {
            foreach (var file in SharedFolder.Files("vectors", "harness", "results", model).Where(name => name.EndsWith(".jsonl", StringComparison.Ordinal)))
                cases.Add(model, Path.GetFileNameWithoutExtension(file));
        }
        return cases;
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Requests_scores_and_aggregates_are_the_harness_s(string model, string name)
    {
        var task = EvaluationTask.Load(Path.Combine(Root, "tasks", name + ".yaml"));
        var data = task.Read(Root, limit: null);
        var scores = new List<IReadOnlyDictionary<string, double>>();
        var rows = File.ReadLines(Path.Combine(Root, "results", model, name + ".jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(data.Documents.Count, rows.Count);
        foreach (var row in rows)
        {
            var item = task.Prepare(data, data.Documents[row.GetProperty("doc_id").GetInt32()]);
            SameRequests(item, row.GetProperty("arguments"));
            var score = task.Score(item, [.. row.GetProperty("resps").EnumerateArray().Select(response => Response(response[0]))]);
            SameScores(task, score, row);
            scores.Add(score);
        }
        SameMetrics(task, scores, model);
    }

    private static void SameRequests(TaskItem item, JsonElement arguments)
    {
        if (item.Rolling is not null)
        {
            Assert.Equal(arguments[0][0].GetString(), item.Rolling);
        }
        else if (item.Generation is { } generation)
        {
            Assert.Equal(arguments[0][0].GetString(), generation.Context);
            Assert.Equal(arguments[0][1].GetProperty("until").EnumerateArray().Select(stop => stop.GetString()!), generation.Until);
            Assert.Equal(arguments[0][1].GetProperty("max_gen_toks").GetInt32(), generation.MaxTokens);
        }
        else
        {
            var expected = arguments.EnumerateArray().Select(pair => new ContinuationRequest(pair[0].GetString()!, pair[1].GetString()!));
            Assert.Equal(expected, item.Continuations);
        }
    }

    private static Response Response(JsonElement response) => response.ValueKind switch
    {
        JsonValueKind.String => EvalHarness.Tasks.Response.Generated(response.GetString()!),
        JsonValueKind.Number => new Response(response.GetDouble(), IsGreedy: false),
        _ => new Response(response[0].GetDouble(), response[1].GetBoolean()),
    };

    private static void SameScores(EvaluationTask task, IReadOnlyDictionary<string, double> score, JsonElement row)
    {
        foreach (var metric in task.MetricNames)
        {
            var expected = row.GetProperty(metric);
            if (expected.ValueKind == JsonValueKind.Number)
            {
                Assert.Equal(expected.GetDouble(), score[metric == "perplexity" ? "loglikelihood" : metric], 1e-9);
                continue;
            }
            Assert.Equal(expected[0].GetDouble(), score["loglikelihood"]);
            Assert.Equal(expected[1].GetDouble(), score[metric == "word_perplexity" ? "words" : "bytes"]);
        }
    }

    private static void SameMetrics(EvaluationTask task, List<IReadOnlyDictionary<string, double>> scores, string model)
    {
        using var results = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "results", model, "results.bs1.json")));
        var expected = results.RootElement.GetProperty(task.Name).EnumerateObject().ToDictionary(entry => entry.Name.Split(',')[0], entry => entry.Value);
        foreach (var metric in task.Aggregate(scores))
        {
            Assert.Equal(expected["sample_len"].GetInt32(), metric.Items);
            Close(expected[metric.Name].GetDouble(), metric.Value);
            if (expected.TryGetValue(metric.Name + "_stderr", out var error) && error.ValueKind == JsonValueKind.Number)
                Close(error.GetDouble(), metric.StandardError!.Value);
            else
                Assert.Null(metric.StandardError);
        }
    }

    // Sums in another order round differently: relative, as perplexities of random models are astronomic.
    private static void Close(double expected, double actual) => Assert.Equal(expected, actual, 1e-9 * Math.Max(1, Math.Abs(expected)));
}
