using System.Globalization;
using System.Text.Json;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tokenizers;
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
    /// Nats. A token of these random models has 8 to 16, where float32 has steps of 2⁻²⁰ = 9.5e-7. Either engine rounds logit, logarithm of the sum and their difference, which moved no single
    /// token (mc_letters) by more than two steps between the two; here are four. They go either way, so those of T tokens add up to √T of it.
    /// </summary>
    private const double Token = 4.0 / (1 << 20);

    /// <summary>Of a mean of whole numbers, and its standard error, in double: a few roundings of 1.1e-16.</summary>
    private const double Rounding = 1e-12;

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
        var encoder = new RequestEncoder(Tokenizer.Load(folder), folder);
        using var results = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "results", model, $"results.bs{batch.ToString(CultureInfo.InvariantCulture)}.json")));
        var names = SharedFolder.Files("vectors", "harness", "results", model).Where(name => name.EndsWith(".jsonl", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension).ToList();
        Assert.Equal(results.RootElement.EnumerateObject().Count(), names.Count);
        foreach (var name in names)
        {
            var task = EvaluationTask.Load(Path.Combine(Root, "tasks", name + ".yaml"));
            var question = EvaluationQuestion.Read(task, new EvaluationScope(Root));
            var report = evaluator.Evaluate(question);
            var rows = File.ReadLines(Path.Combine(Root, "results", model, name + ".jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
            Assert.Equal(rows.Count, report.Items.Count);
            var requests = evaluator.Prepare(question).Select(item => Windows(item, encoder, evaluator.Load(TestContext.Current.CancellationToken).MaxLength)).ToList();
            var slack = 0.0;
            foreach (var row in rows)
            {
                var document = row.GetProperty("doc_id").GetInt32();
                slack += SameAnswers(row, report.Items[document], requests[document], $"{model}, {name}");
            }
            SameMetrics(results.RootElement.GetProperty(name!), report, Math.Sqrt(slack));
        }
    }

    /// <summary>Of each request, the tokens that are predicted in each of its windows.</summary>
    private static IReadOnlyList<int[]> Windows(TaskItem item, RequestEncoder encoder, int maxLength) => item.Rolling is { } text
        ? [[.. encoder.EncodeRolling(text, maxLength, "text").Select(window => window.Continuation.Count)]]
        : [.. item.Continuations.Select(request => new[] { encoder.Encode(request, "request").Continuation.Count })];

    /// <returns>The sum of the squares of what the answers may differ by.</returns>
    private static double SameAnswers(JsonElement row, EvaluatedItem item, IReadOnlyList<int[]> requests, string where)
    {
        var answers = row.GetProperty("resps").EnumerateArray().Select(one => one[0]).ToList();
        if (answers[0].ValueKind == JsonValueKind.String)
        {
            Assert.Equal(answers[0].GetString(), item.Text);
            return 0;
        }
        Assert.Equal(answers.Count, item.LogLikelihoods.Count);
        Assert.Equal(answers.Count, requests.Count);
        var slack = 0.0;
        for (var i = 0; i < answers.Count; i++)
        {
            var (expected, greedy) = answers[i].ValueKind == JsonValueKind.Array ? (answers[i][0].GetDouble(), answers[i][1].GetBoolean()) : (answers[i].GetDouble(), (bool?)null);
            var (tolerance, difference) = (Tolerance(expected, requests[i]), Math.Abs(expected - item.LogLikelihoods[i]));
            Assert.True(difference <= tolerance, $"{where}, row {item.Id}, request {i} of {requests[i].Sum()} tokens: {item.LogLikelihoods[i]} where the harness has {expected}, {difference:g3} apart and not {tolerance:g3}");
            Assert.Equal(greedy ?? item.Greedy[i], item.Greedy[i]);
            slack += tolerance * tolerance;
        }
        return slack;
    }

    /// <summary>What rounding may move a request by: its tokens', and the harness's sums in float32, a step of the grid for each window.</summary>
    private static double Tolerance(double nats, int[] windows) => (Token * Math.Sqrt(windows.Sum())) + (windows.Length * Step(nats / windows.Length));

    private static double Step(double value) => MathF.BitIncrement(MathF.Abs((float)value)) - MathF.Abs((float)value);

    /// <param name="expected">The harness's metrics.</param>
    /// <param name="report">Ours.</param>
    /// <param name="slack">Nats that the sum over all requests may differ by: they err apart, so their squares add up.</param>
    private static void SameMetrics(JsonElement expected, EvaluationReport report, double slack)
    {
        foreach (var metric in report.Metrics)
        {
            var value = Of(metric.Name + ",");
            double Total(string score) => report.Items.Sum(item => item.Scores[score]);
            // exp(−Σ/n) moves by the share exp(δ/n) − 1, its logarithm to base 2 by δ/n/ln 2; what counts hits moves by nothing.
            var tolerance = metric.Name switch
            {
                "perplexity" => value * double.ExpM1(slack / report.Items.Count),
                "word_perplexity" => value * double.ExpM1(slack / Total("words")),
                "byte_perplexity" => value * double.ExpM1(slack / Total("bytes")),
                "bits_per_byte" => slack / Total("bytes") / Math.Log(2),
                _ => Rounding,
            };
            Assert.True(Math.Abs(value - metric.Value) <= tolerance, $"{report.Task.Name}: {metric.Name} is {metric.Value} where the harness has {value}, {Math.Abs(value - metric.Value):g3} apart and not {tolerance:g3}");
            if (metric.StandardError is { } error)
                Assert.Equal(Of(metric.Name + "_stderr,"), error, Rounding);
        }

        double Of(string name) => expected.EnumerateObject().Single(entry => entry.Name.StartsWith(name, StringComparison.Ordinal)).Value.GetDouble();
    }
}
