using System.Text;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.EvalHarness.Evaluating;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>The decision over scores that were made in other pieces, from the merge of a gate that ran.</summary>
public sealed class RepeatedVerdictTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("routing-good", Verdict.Approved)]
    [InlineData("routing-biased", Verdict.Rejected)]
    [InlineData("routing-damaged", Verdict.Rejected)]
    public void Another_batch_size_thread_count_and_item_order_gives_the_same_decision(string adapter, Verdict verdict)
    {
        var policy = Policy.ReadFile(TestPolicy.Unpinned(_temp));
        var first = Decide(policy, adapter, Executable.Samples, tokens: 512, threads: 2);
        Assert.Equal(verdict, first.Verdict);
        foreach (var (data, tokens, threads) in new[] { (Executable.Samples, 64, 1), (Reversed(), 200, 3) })
        {
            var other = Decide(policy, adapter, data, tokens, threads);
            Assert.Equal(first.Verdict, other.Verdict);
            Assert.Equal(first.Rules.Select(rule => (rule.Id, rule.Outcome, rule.Reason)), other.Rules.Select(rule => (rule.Id, rule.Outcome, rule.Reason)));
        }
    }

    public void Dispose() => _temp.Dispose();

    private Decision Decide(Policy policy, string adapter, string data, int tokens, int threads)
    {
        var dossier = demo.DossierOf(adapter);
        var receipt = Filed<MergeReceipt>(dossier, "merge-receipt.json");
        var run = Record.ReadFile<Run>(Path.Combine(dossier, "run.json"));
        var evidence = new Evidence
        {
            Inspection = Filed<Inspection>(dossier, "inspection.json"),
            Receipt = receipt,
            Base = Scores(Executable.Base, receipt.Record.Inputs, "base"),
            Candidate = Scores(Path.Combine(dossier, "merged"), receipt.Record.OutputTensors(), "candidate"),
            Run = run,
        };
        return DecisionMaker.Decide(policy, evidence, DateOnly.FromDateTime(run.Created.UtcDateTime));

        Dictionary<string, FiledRecord<EvaluationReport>> Scores(string model, IReadOnlyList<TensorDigest> weights, string who)
        {
            using var evaluator = Evaluator.Open(new EvaluatorOptions { Model = model, Weights = weights, Threads = threads, TokensPerPass = tokens, Version = "test" });
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
