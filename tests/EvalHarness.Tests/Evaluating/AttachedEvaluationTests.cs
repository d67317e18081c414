using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>Adapters live beside one base that is loaded once, against the same adapters merged in float32.</summary>
public sealed class AttachedEvaluationTests : IDisposable
{
    /// <summary>
    /// Nats. Both compute in float32, in another order: W·x + s·B·(A·x) against (W + s·B·A)·x. That moves a logit of magnitude 10 by about 1e-6, and a text of a
    /// hundred tokens by the sum of that: all items of the sample differ by at most 1e-4.
    /// </summary>
    private const double Tolerance = 5e-4;

    private const string Noop = "routing-noop";

    private static readonly string Samples = Repository.PathTo("samples");
    private static readonly string Base = Path.Combine(Samples, "base");

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Every_score_with_the_adapter_live_is_that_of_its_merge_in_float32()
    {
        using var evaluator = Open(Base, Precision.Float32);
        foreach (var adapter in Directory.EnumerateDirectories(Path.Combine(Samples, "adapters")).Order(StringComparer.Ordinal))
        {
            using var attached = evaluator.Attach(adapter, TestContext.Current.CancellationToken);
            using var merged = Open(Merged(Base, adapter, DType.F32), Precision.Float32);
            foreach (var question in Questions(limit: 40))
            {
                var (live, whole) = (Scores(attached, question), Scores(merged, question));
                var differences = Differences(live, whole);
                TestContext.Current.TestOutputHelper?.WriteLine($"{Path.GetFileName(adapter)}, {question.Task.Name}: largest difference {differences.Max():g3} nats");
                Assert.InRange(differences.Max(), 0, Tolerance);
                Assert.All(live.Items.Zip(whole.Items).Where(pair => Best(pair.First) != Best(pair.Second)), pair => Assert.Contains(pair.First.Id, live.CoinFlips));
            }
        }
    }

    [Theory]
    [InlineData(DType.BF16)]
    [InlineData(DType.F16)]
    public void In_the_stored_type_a_live_adapter_adds_no_more_noise_than_the_base_has(DType type)
    {
        // A merge of nothing is the base in another type.
        var folder = Merged(Base, Path.Combine(Samples, "adapters", Noop), type);
        var adapter = Path.Combine(Samples, "adapters", "routing-good");
        using var stored = Open(folder, Precision.Stored);
        using var wide = Open(folder, Precision.Float32);
        using var attached = stored.Attach(adapter, TestContext.Current.CancellationToken);
        using var merged = Open(Merged(folder, adapter, DType.F32), Precision.Float32);
        foreach (var question in Questions(limit: 20))
        {
            var own = Differences(Scores(stored, question), Scores(wide, question)).Average();
            var live = Differences(Scores(attached, question), Scores(merged, question)).Average();
            TestContext.Current.TestOutputHelper?.WriteLine($"{type}, {question.Task.Name}: {own:g3} nats without, {live:g3} with the adapter");
            Assert.InRange(own, 1e-5, 1);
            Assert.InRange(live, 1e-5, 2 * own);
        }
    }

    [Fact]
    public void An_evaluator_with_an_adapter_takes_no_second_one_and_names_the_first()
    {
        using var evaluator = Open(Base, Precision.Float32);
        using var attached = evaluator.Attach(Path.Combine(Samples, "adapters", Noop), TestContext.Current.CancellationToken);
        Assert.Equal(evaluator.Model, attached.Model with { AdapterDigest = null });
        Assert.NotNull(attached.Model.AdapterDigest);
        Assert.Throws<InvalidOperationException>(() => attached.Attach(Path.Combine(Samples, "adapters", Noop), TestContext.Current.CancellationToken));
    }

    private static Evaluator Open(string folder, Precision precision) =>
        Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 2), Precision = precision, Threads = 2, Version = "test" });

    private string Merged(string model, string adapter, DType type)
    {
        var output = _temp.PathTo($"{Path.GetFileName(model)}-{Path.GetFileName(adapter)}-{type}");
        Merger.Merge(
            new MergeRequest { Base = model, Adapters = [new WeightedAdapter(adapter, 1)], Output = output, OutputType = type, WithUndo = false, Threads = 2, Version = "test" },
            cancellationToken: TestContext.Current.CancellationToken);
        return output;
    }

    private static IEnumerable<EvaluationQuestion> Questions(int? limit) =>
        Directory.EnumerateFiles(Path.Combine(Samples, "tasks"), "*.yaml").Order(StringComparer.Ordinal)
            .Select(EvaluationTask.Load)
            .Where(task => task.OutputType != "generate_until")
            .Select(task => EvaluationQuestion.Read(task, new EvaluationScope(Samples, limit)));

    private static EvaluationReport Scores(Evaluator evaluator, EvaluationQuestion question) => evaluator.Evaluate(question, null, TestContext.Current.CancellationToken);

    private static List<double> Differences(EvaluationReport a, EvaluationReport b) =>
        [.. a.Items.Zip(b.Items).SelectMany(pair => pair.First.LogLikelihoods.Zip(pair.Second.LogLikelihoods, (x, y) => Math.Abs(x - y)))];

    private static int Best(EvaluatedItem item) => item.LogLikelihoods.Index().MaxBy(entry => (entry.Item, -entry.Index)).Index;
}
