using System.Globalization;
using System.Text.Json;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tokenizers;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>
/// The real model on real data against lm-evaluation-harness, item by item. LORAGATE_ITEMS sets how many documents of each task are
/// scored: 10 unless told otherwise, 0 for all (about half an hour on two cores).
/// </summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class RealModelReferenceTests(RealModel model)
{
    private const int OrdersOfSummation = 8;

    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (var name in SharedFolder.Folders("reference").Where(n => n != "tasks"))
            {
                foreach (var file in SharedFolder.Files("reference", name).Where(f => f.EndsWith(".jsonl", StringComparison.Ordinal) && !f.Contains(".batch", StringComparison.Ordinal)))
                    runs.Add(name, Path.GetFileNameWithoutExtension(file));
            }
            return runs;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    public void Every_score_of_the_real_model_is_the_reference_harnesses(string name, string taskName)
    {
        Assert.SkipUnless(model.Fault is null, model.Fault ?? "");
        var task = EvaluationTask.Load(SharedFolder.PathTo("reference", "tasks", taskName + ".yaml"));
        var reference = ReferenceItem.Read(SharedFolder.PathTo("reference", name, taskName + ".jsonl"));
        var asked = int.Parse(Environment.GetEnvironmentVariable("LORAGATE_ITEMS") ?? "10", CultureInfo.InvariantCulture);
        var count = asked == 0 ? reference.Count : Math.Min(asked, reference.Count);
        var question = EvaluationQuestion.Read(task, new EvaluationScope(SharedFolder.PathTo(), count));
        var report = model.Of(name).Evaluate(question);
        Conformance.Assert(report, reference, row => Rounded(name, question, row, OrdersOfSummation));
        if (count == reference.Count)
            SameMetrics(report, name);
    }

    [Fact]
    public void Float64_is_what_the_engine_and_the_reference_come_near_to()
    {
        Assert.SkipUnless(model.Fault is null, model.Fault ?? "");
        var question = EvaluationQuestion.Read(EvaluationTask.Load(SharedFolder.PathTo("reference", "tasks", "crows_pairs_local.yaml")), new EvaluationScope(SharedFolder.PathTo(), 2));
        var reference = ReferenceItem.Read(SharedFolder.PathTo("reference", "base", "crows_pairs_local.jsonl"));
        foreach (var item in model.Of("base").Evaluate(question).Items)
        {
            foreach (var (sum, ours, theirs) in Rounded("base", question, item.Id, 0).Zip(item.LogLikelihoods, reference.Single(other => other.Id == item.Id).LogLikelihoods))
            {
                Assert.Equal(sum.Exact, ours, Conformance.Tolerance);
                Assert.Equal(sum.Exact, theirs, Conformance.Tolerance);
            }
        }
    }

    /// <summary>A row's log-likelihoods, computed by another program in float64, and in float32 in several orders of summation.</summary>
    private List<RoundedSum> Rounded(string name, EvaluationQuestion question, int row, int orders)
    {
        var folder = model.FolderOf(name);
        var encoder = new RequestEncoder(Tokenizer.Load(folder), folder);
        var requests = model.Of(name).Prepare(question).Single(item => item.Document.Id == row).Continuations.Select(request => encoder.Encode(request, "request"));
        return [.. requests.Select(request =>
        {
            int[] numbers = [orders, request.Context.Count, .. request.Context, .. request.Continuation];
            var told = Shell.Run("/usr/bin/python3", folder, [Repository.PathTo("tests", "EvalHarness.Tests", "Evaluating", "rounding.py"), folder, .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))]);
            Assert.True(told.ExitCode == 0, told.Error);
            return told.Output.Split(' ') is [var exact, var spread]
                ? new RoundedSum(double.Parse(exact, CultureInfo.InvariantCulture), double.Parse(spread, CultureInfo.InvariantCulture))
                : throw new InvalidOperationException(told.Output);
        })];
    }

    private static double DocumentsAFlip(EvaluationReport report, string metric) => metric switch
    {
        _ when report.Items[0].Scores.ContainsKey(metric) => 1,
        _ when metric.Contains("bias", StringComparison.Ordinal) => 20,
        _ => 4,
    };

    /// <summary>
    /// The reference's aggregates of all its documents. The mean of a score moves by one document a coin flip at most, the accuracy of a part of the rows (a quarter of them at
    /// least) by four, a bias score by two (2·biased/answered − 1) of its rows, which are a tenth of them in the smallest category; perplexities as far as summed log-likelihoods may.
    /// </summary>
    private static void SameMetrics(EvaluationReport report, string name)
    {
        using var results = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("reference", name, "results.json")));
        var expected = results.RootElement.GetProperty("tasks").GetProperty(report.Task.Name).GetProperty("metrics");
        Assert.Equal(expected.EnumerateObject().Count(entry => entry.Name is not ("name" or "sample_len") && !entry.Name.EndsWith("_stderr", StringComparison.Ordinal)), report.Metrics.Count);
        foreach (var metric in report.Metrics)
        {
            var value = expected.GetProperty(metric.Name).GetDouble();
            var flips = DocumentsAFlip(report, metric.Name) * report.CoinFlips.Count / report.Items.Count;
            Assert.Equal(value, metric.Value, flips + (1e-4 * Math.Max(1, Math.Abs(value))));
        }
    }
}
