using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>A score answers exactly one question: of these bytes, and of no others.</summary>
public sealed class ReuseTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly string _samples;
    private readonly EvaluationReport _report;

    public ReuseTests()
    {
        _samples = _temp.Copy(Repository.PathTo("samples"), "samples");
        using var run = new Run(_samples);
        _report = run.Evaluator.Evaluate(run.Question, null, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_same_bytes_in_another_folder_are_the_same_question()
    {
        using var run = new Run(_temp.Copy(_samples, "elsewhere"));
        Assert.True(run.Evaluator.Answers(_report, run.Question));
    }

    [Theory]
    [InlineData("base/model.safetensors", 2_000_000)]
    [InlineData("base/tokenizer.json", -1)]
    [InlineData("base/tokenizer_config.json", -1)]
    [InlineData("base/generation_config.json", -1)]
    [InlineData("base/config.json", -1)]
    [InlineData("adapters/routing-good/adapter_model.safetensors", 20_000)]
    [InlineData("adapters/routing-good/adapter_config.json", -1)]
    [InlineData("tasks/sample_routing.yaml", -1)]
    [InlineData("data/routing.jsonl", -1)]
    public void One_byte_changed_is_another_question(string file, int position)
    {
        Change(Path.Combine(_samples, file), position);
        using var run = new Run(_samples);
        Assert.False(run.Evaluator.Answers(_report, run.Question));
    }

    [Fact]
    public void Fewer_rows_and_another_engine_are_another_question()
    {
        using var run = new Run(_samples);
        Assert.False(run.Evaluator.Answers(_report, run.Ask(limit: 5)));
        Assert.False(run.Evaluator.Answers(_report with { Engine = _report.Engine with { Version = "other" } }, run.Question));
        Assert.False(run.Evaluator.Answers(_report with { Engine = _report.Engine with { Device = "cuda" } }, run.Question));
    }

    /// <summary>Another byte of the same meaning where there is one: white space between values of JSON, or a letter of a text.</summary>
    private static void Change(string path, int position)
    {
        var bytes = File.ReadAllBytes(path);
        var at = position >= 0 ? position : Path.GetExtension(path) switch
        {
            ".jsonl" => bytes.AsSpan().IndexOf("\"text\": \""u8) is >= 0 and var text ? text + 9 : bytes.AsSpan().IndexOf("a"u8),
            ".yaml" => bytes.AsSpan().LastIndexOf("1.0"u8) + 2,
            _ => bytes.AsSpan().IndexOfAny((byte)'\n', (byte)' '),
        };
        Assert.InRange(at, 0, bytes.Length - 1);
        bytes[at] = bytes[at] switch { (byte)'\n' => (byte)' ', (byte)' ' => (byte)'\n', var other => (byte)(other ^ 1) };
        File.WriteAllBytes(path, bytes);
    }

    private sealed class Run : IDisposable
    {
        private readonly string _samples;
        private readonly Evaluator _base;

        public Run(string samples)
        {
            _samples = samples;
            var folder = Path.Combine(samples, "base");
            _base = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 1), Threads = 1, Version = "test" });
            Evaluator = _base.Attach(Path.Combine(samples, "adapters", "routing-good"), TestContext.Current.CancellationToken);
            Question = Ask(limit: 6);
        }

        public Evaluator Evaluator { get; }

        public EvaluationQuestion Question { get; }

        public EvaluationQuestion Ask(int limit) =>
            EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(_samples, "tasks", "sample_routing.yaml")), new EvaluationScope(_samples, limit));

        public void Dispose()
        {
            Evaluator.Dispose();
            _base.Dispose();
        }
    }
}
