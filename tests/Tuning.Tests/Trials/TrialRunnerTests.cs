using System.Text;
using Loragate.Artifacts.Records.Training;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Tuning.Trials;

public sealed class TrialRunnerTests : IDisposable
{
    private const string Halved = "halving: 2\ntrials:\n  - {method: lora, rank: 2, learningRate: [0.001, 0.01]}\n  - {method: full, learningRate: 0.002}\n";

    private readonly TempFolder _temp = new();

    public TrialRunnerTests()
    {
        Copy("training/routing-validation.jsonl", "data.jsonl", 12);
        Copy("data/routing.jsonl", "data/routing.jsonl", 12);
        Copy("data/facts.jsonl", "data/facts.jsonl", 8);
        File.WriteAllLines(_temp.PathTo("validation.jsonl"), File.ReadLines(Repository.PathTo("samples", "training", "routing.jsonl")).Take(4));
    }

    private string Output => _temp.PathTo("out");

    [Fact]
    public void A_plan_is_halved_method_by_method_measured_and_not_run_twice()
    {
        var report = Run(Halved);
        Assert.Equal([(2, 2), (4, 2)], report.Rounds.Select(r => (r.Steps, r.Runs.Count)));
        Assert.Equal(["full", "lora"], report.Results.Select(r => r.Method.Name).Order());
        Assert.All(report.Rounds[0].Runs, run => Assert.Equal(8, run.Retained!.Items));
        Assert.All(report.Results, result => Assert.Equal((12, 8), (result.Task.Items, result.Retained!.Items)));
        var lora = report.Results.Single(r => r.Method.Name == "lora");
        Assert.Equal(4, lora.Layers.Count);
        Assert.All(lora.Spectrum, module => Assert.InRange(module.EffectiveRank, 1, 2));
        Assert.True(lora.Bytes < report.Results.Single(r => r.Method.Name == "full").Bytes);
        Assert.Equal(report.Rounds[0].Runs[0].Id, lora.Id);
        var costs = Record.ReadFile<TrialCosts>(Path.Combine(Output, TrialCosts.FileName));
        Assert.Equal(4, costs.Costs.Count);
        Assert.All(costs.Costs, cost => Assert.NotNull(cost.Training));
        Assert.All(costs.Costs.Where(cost => cost.Round == 2), cost => Assert.True(cost.TokenSeconds > 0 && cost.BaseTokenSeconds > 0));

        // A second run trains and scores nothing again; and without a cost file nothing else is lost.
        var evaluation = Directory.EnumerateFiles(Path.Combine(Output, "evaluations"), "*.json", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).Max();
        File.Delete(Directory.EnumerateFiles(Path.Combine(Output, "rounds", "2"), "lora*.cost.json").Single());
        var steps = 0;
        Assert.Equal(report.ComputeDigest(), Run(Halved, new Counter(() => steps++)).ComputeDigest());
        Assert.Equal(0, steps);
        Assert.Equal(evaluation, Directory.EnumerateFiles(Path.Combine(Output, "evaluations"), "*.json", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).Max());
        Assert.Null(Record.ReadFile<TrialCosts>(Path.Combine(Output, TrialCosts.FileName)).Costs.Single(cost => cost.Round == 2 && cost.Id == lora.Id).Training);

        // What was changed since is no result.
        File.AppendAllText(Path.Combine(Output, "rounds", "2", lora.Id, "README.md"), "changed");
        Assert.Contains("is not what its training receipt tells", Assert.Throws<TuningException>(() => Run(Halved)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_that_diverges_is_given_up_and_the_others_go_on()
    {
        const string Trials = "trials:\n  - {method: full, learningRate: [100000000000000000000000000000.0, 0.002]}\n";
        var report = Run(Trials);
        Assert.Equal(["full-lr0.002", "full-lr1E+29"], report.Rounds[0].Runs.Select(r => r.Id));
        Assert.Contains("no finite number", report.Rounds[0].Runs[1].Fault!, StringComparison.Ordinal);
        Assert.Equal("full-lr0.002", Assert.Single(report.Results).Id);
        var steps = 0;
        Assert.Equal(report.ComputeDigest(), Run(Trials, new Counter(() => steps++)).ComputeDigest());
        Assert.Equal(0, steps);
    }

    [Fact]
    public void Where_every_trial_diverges_the_first_is_named() =>
        Assert.Contains("no trial could be trained to its end: full-lr1E+29, step 2", Assert.Throws<TuningException>(() => Run("trials:\n  - {method: full, learningRate: 100000000000000000000000000000.0}\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Trials_of_other_data_are_not_mixed_with_those_that_were_run()
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        Run(Trials);
        Copy("training/routing-validation.jsonl", "data.jsonl", 11);
        var fault = Assert.Throws<TuningException>(() => Run(Trials));
        Assert.Contains("was begun with other inputs: data 1, data.jsonl.", fault.Message, StringComparison.Ordinal);
        Copy("training/routing-validation.jsonl", "data.jsonl", 12);
        Assert.Contains("other inputs: threads.", Assert.Throws<TuningException>(() => Run(Trials, threads: 2)).Message, StringComparison.Ordinal);
        Run(Trials);
    }

    [Theory]
    [InlineData("task", "file: missing.yaml, metric: acc", "missing.yaml")]
    [InlineData("task", "file: corpus.yaml, metric: word_perplexity", "no mean of items' scores of which more is better")]
    [InlineData("task", "file: pairs.yaml, metric: acc", "no mean of items' scores of which more is better")]
    [InlineData("task", "file: routing.yaml, metric: magic", "has no metric 'magic'")]
    [InlineData("trials", "targets: [nonsense]", "trial lora-r1-nonsense-lr0.001, target 'nonsense'")]
    public void A_fault_of_the_plan_shows_before_the_folder_is_taken(string key, string value, string words)
    {
        foreach (var task in new[] { "corpus", "pairs" })
            File.Copy(Repository.PathTo("samples", "tasks", $"sample_{task}.yaml"), _temp.PathTo($"{task}.yaml"));
        var fault = Xunit.Record.Exception(() => Run($"trials:\n  - {{method: lora, rank: 1, {(key == "trials" ? value + ", " : "")}learningRate: 0.001}}\n", task: key == "task" ? value : null));
        Assert.Contains(words, fault!.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
        Run("trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n");
    }

    public void Dispose() => _temp.Dispose();

    private void Copy(string sample, string file, int lines)
    {
        Directory.CreateDirectory(_temp.PathTo("data"));
        File.WriteAllLines(_temp.PathTo(file), File.ReadLines(Repository.PathTo("samples", sample)).Take(lines));
    }

    private TrialReport Run(string trials, IProgress<TrialProgress>? progress = null, int threads = 1, string? task = null)
    {
        foreach (var name in new[] { "routing", "facts" })
            File.Copy(Repository.PathTo("samples", "tasks", $"sample_{name}.yaml"), _temp.PathTo($"{name}.yaml"), overwrite: true);
        var plan = $"schema: loragate.trial-plan/1\nname: p\ndata: [data.jsonl]\nvalidation: validation.jsonl\ntask: {{{task ?? "file: routing.yaml, metric: acc"}}}\nretained: {{file: facts.yaml, metric: acc, margin: 0.9}}\nsteps: 4\nbatch: 4\n{trials}";
        return TrialRunner.Run(
            new TrialRequest { Plan = TrialPlanFile.Read(_temp.Write("plan.yaml", Encoding.UTF8.GetBytes(plan))), Base = Sample.Base, Weights = Sample.Weights, Output = Output, Threads = 1, TrainingThreads = threads, Version = "1" },
            new NoMeter(), progress);
    }

    private sealed class Counter(Action count) : IProgress<TrialProgress>
    {
        public void Report(TrialProgress value) => count();
    }

    /// <summary>Every piece of work takes a second.</summary>
    private sealed class NoMeter : CostMeter
    {
        public override TimeProvider Clock => TimeProvider.System;

        public override void Start()
        {
        }

        public override Cost Finish() => new(1, 1, 1);
    }
}
