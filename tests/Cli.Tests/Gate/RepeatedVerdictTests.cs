using System.Text;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Models;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>The decision over scores that were made in other pieces, from the merge of a gate that ran.</summary>
public sealed class RepeatedVerdictTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    /// <summary>In half types a sound adapter stays undecided: so many pairs of sentences lie within the noise of such a type that the bias rules hold only as these happen to fall.</summary>
    [Theory]
    [InlineData("routing-good", "float32", Verdict.Approved)]
    [InlineData("routing-biased", "float32", Verdict.Rejected)]
    [InlineData("routing-damaged", "float32", Verdict.Rejected)]
    [InlineData("routing-good", "bfloat16", Verdict.Undecided)]
    [InlineData("routing-biased", "bfloat16", Verdict.Rejected)]
    [InlineData("routing-good", "float16", Verdict.Undecided)]
    [InlineData("routing-biased", "float16", Verdict.Rejected)]
    public void Another_batch_size_thread_count_and_item_order_gives_the_same_decision(string adapter, string type, Verdict verdict)
    {
        var policy = Policy.ReadFile(TestPolicy.Unpinned(_temp));
        var (model, dossier) = type == "float16" ? InFloat16(adapter) : (Executable.Base, demo.DossierOf(adapter));
        var precision = type == "float32" ? Precision.Float32 : Precision.Stored;
        var first = Decide(policy, model, dossier, precision, Executable.Samples, tokens: 512, threads: 2);
        Assert.Equal(verdict, first.Verdict);
        foreach (var (data, tokens, threads) in new[] { (Executable.Samples, 64, 1), (Reversed(), 200, 3) })
        {
            var other = Decide(policy, model, dossier, precision, data, tokens, threads);
            Assert.Equal(first.Verdict, other.Verdict);
            Assert.Equal(first.Rules.Select(rule => (rule.Id, rule.Outcome, rule.Reason)), other.Rules.Select(rule => (rule.Id, rule.Outcome, rule.Reason)));
        }
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>The sample's base with its weights in float16, which merging nothing gives, and a gate of the adapter on it.</summary>
    private (string Base, string Dossier) InFloat16(string adapter)
    {
        var (model, dossier) = (_temp.PathTo("float16"), _temp.PathTo("dossier"));
        Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-noop"), "--dtype", "float16", "--output", model, "--device", "cpu");
        var result = Executable.Run("gate", "--base", model, "--adapter", Executable.Adapter(adapter), "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--dossier", dossier, "--dtype", "keep", "--device", "cpu");
        Assert.True(result.ExitCode is 1 or 2, result.Error);
        return (model, dossier);
    }

    private static Decision Decide(Policy policy, string model, string dossier, Precision precision, string data, int tokens, int threads)
    {
        var receipt = Filed<MergeReceipt>(dossier, "merge-receipt.json");
        var run = Record.ReadFile<Run>(Path.Combine(dossier, "run.json"));
        var evidence = new Evidence
        {
            Inspection = Filed<Inspection>(dossier, "inspection.json"),
            Receipt = receipt,
            Base = Scores(model, receipt.Record.Inputs, "base"),
            Candidate = Scores(Path.Combine(dossier, "merged"), receipt.Record.OutputTensors(), "candidate"),
            Run = run,
        };
        return DecisionMaker.Decide(policy, evidence, DateOnly.FromDateTime(run.Created.UtcDateTime));

        Dictionary<string, FiledRecord<EvaluationReport>> Scores(string folder, IReadOnlyList<TensorDigest> weights, string who)
        {
            using var evaluator = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = weights, Precision = precision, Threads = threads, TokensPerPass = tokens, Version = "test" });
            return policy.Tasks.Values.ToDictionary(
                task => task.Name,
                task => new FiledRecord<EvaluationReport>($"{who}/{task.Name}.json", evaluator.Evaluate(TaskOnDisk.Read(policy, task, data).Question!, null, TestContext.Current.CancellationToken)));
        }
    }

    private static FiledRecord<T> Filed<T>(string dossier, string file)
        where T : Record =>
        new(file, Record.ReadFile<T>(Path.Combine(dossier, file)));

    /// <summary>The data with the last row first.</summary>
    private string Reversed()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Executable.Samples, "data"), "*.jsonl"))
            _temp.Write(Path.Combine("reversed", "data", Path.GetFileName(file)), Encoding.UTF8.GetBytes(string.Concat(File.ReadLines(file).Reverse().Select(line => line + "\n"))));
        return _temp.PathTo("reversed");
    }
}
