using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Tuning.Trials;

/// <summary>Plans that are run to their end, and what their reports tell.</summary>
public sealed class TrialRunnerTests : IDisposable
{
    private readonly TrialSample _sample = new();

    [Fact]
    public void Rows_without_a_right_answer_are_told_once_with_the_place_of_the_first()
    {
        var rows = _sample.Temp.PathTo("data", "routing.jsonl");
        File.WriteAllLines(rows, File.ReadLines(rows).Select((row, i) => i == 2 ? row.Replace("\"answer\": ", "\"answer\": 9", StringComparison.Ordinal) : row).ToList());
        foreach (var run in new[] { "first", "second" })
        {
            List<string> told = [];
            _sample.Run("trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n", say: told.Add);
            Assert.Equal(["sample_routing: the right answer is none of the choices in one row, so every answer to it counts as wrong; the first is", run], [Assert.Single(told).Split($" {rows}, line 3.")[0], run]);
        }
    }

    [Fact]
    public void A_plan_is_halved_method_by_method_measured_and_not_run_twice()
    {
        var report = _sample.Run(TrialSample.Halved);
        Assert.Equal([(2, 2), (4, 2)], report.Rounds.Select(r => (r.Steps, r.Runs.Count)));
        Assert.Equal(["full", "lora"], report.Results.Select(r => r.Method.Name).Order());
        Assert.All(report.Rounds[0].Runs, run => Assert.Equal(8, run.Retained!.Items));
        Assert.All(report.Results, result => Assert.Equal((12, 8), (result.Task.Items, result.Retained!.Items)));
        var lora = report.Results.Single(r => r.Method.Name == "lora");
        Assert.Equal(4, lora.Layers.Count);
        Assert.All(lora.Spectrum, module => Assert.InRange(module.EffectiveRank, 1, 2));
        var full = report.Results.Single(r => r.Method.Name == "full");
        Assert.Empty(full.Layers);
        Assert.Equal(lora.Spectrum.Select(module => module.Module), full.Spectrum.Select(module => module.Module));
        Assert.All(full.Spectrum, module => Assert.InRange(module.EffectiveRank, 1, module.Rank));
        Assert.True(lora.Bytes < report.Results.Single(r => r.Method.Name == "full").Bytes);
        Assert.Equal(report.Rounds[0].Runs[0].Id, lora.Id);

        // The report tells what was asked and planned, and each evaluation is of what its receipt saved.
        Assert.Equal(report.Plan, Digest.OfFile(Path.Combine(_sample.Output, TrialFiles.Plan), TestContext.Current.CancellationToken));
        Assert.Equal([("lora", 2), ("full", 1)], report.Planned!.Methods.Select(method => (method.Key, method.Value.Count)));
        Assert.Equal(["sample_routing", "sample_facts"], report.Asked!.Select(task => task.Name));
        (TrainingReceipt Receipt, EvaluationReport Evaluation) Made(string id) => (
            Record.ReadFile<TrainingReceipt>(Path.Combine(_sample.Output, TrialFiles.Receipt(2, id))), Record.ReadFile<EvaluationReport>(Path.Combine(_sample.Output, TrialFiles.Evaluation(TrialFiles.Place(2, id), "sample_routing"))));
        Assert.Equal(Made(full.Id).Evaluation.Model.WeightsDigest, Made(full.Id).Receipt.Weights);
        Assert.Null(Made(lora.Id).Receipt.Weights);
        Assert.Equal(report.Asked![0].TaskDigest, Made(lora.Id).Evaluation.Task.TaskDigest);

        var costs = Record.ReadFile<TrialCosts>(Path.Combine(_sample.Output, TrialCosts.FileName));
        Assert.Equal(4, costs.Costs.Count);
        Assert.All(costs.Costs, cost => Assert.NotNull(cost.Training));
        Assert.All(costs.Costs.Where(cost => cost.Round == 2), cost => Assert.True(cost.TokenSeconds > 0 && cost.BaseTokenSeconds > 0));
        Assert.Equal(lora.Id, Assert.Single(costs.Costs, cost => cost.MergedTokenSeconds > 0).Id);

        // A second run trains and scores nothing again; and without a cost file nothing else is lost.
        var evaluation = Directory.EnumerateFiles(Path.Combine(_sample.Output, "evaluations"), "*.json", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).Max();
        File.Delete(Directory.EnumerateFiles(Path.Combine(_sample.Output, "rounds", "2"), "lora*.cost.json").Single());
        var steps = 0;
        Assert.Equal(report.ComputeDigest(), _sample.Run(TrialSample.Halved, HeardTrials.Steps(() => steps++)).ComputeDigest());
        Assert.Equal(0, steps);
        Assert.Equal(evaluation, Directory.EnumerateFiles(Path.Combine(_sample.Output, "evaluations"), "*.json", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).Max());
        Assert.Null(Record.ReadFile<TrialCosts>(Path.Combine(_sample.Output, TrialCosts.FileName)).Costs.Single(cost => cost.Round == 2 && cost.Id == lora.Id).Training);

        // What was changed since is no result.
        File.AppendAllText(Path.Combine(_sample.Output, "rounds", "2", lora.Id, "README.md"), "changed");
        Assert.Contains("is not what its training receipt tells", Assert.Throws<TuningException>(() => _sample.Run(TrialSample.Halved)).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(_sample.Output, TrialFiles.Receipt(2, lora.Id)));
        var fault = Assert.Throws<TuningException>(() => _sample.Run(TrialSample.Halved));
        Assert.Equal((Path.Combine(_sample.Output, TrialFiles.Trained(2, lora.Id)), $"holds no {TrainingReceipt.FileName}"), (fault.Place, fault.Fault));
        Assert.Contains("remove the folder, and the trial is run again", fault.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Modules_and_layers_are_told_while_a_trial_is_looked_into_which_stops_when_it_is_told_to()
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        using var stop = new CancellationTokenSource();
        var told = new List<TrialPart>();
        void Hear(TrialProgress progress)
        {
            if (progress.Part is { } part)
                told.Add(part);
            if (told.Count == 30)
                stop.Cancel();
        }

        Assert.Throws<OperationCanceledException>(() => _sample.Run(Trials, new HeardTrials(Hear), cancellation: stop.Token));
        Assert.Equal([.. Enumerable.Range(1, 28).Select(number => new TrialPart("module", number, 28)), new TrialPart("layer", 1, 4), new TrialPart("layer", 2, 4)], told);
        _sample.Run(Trials);
    }

    [Fact]
    public void A_merged_update_is_not_timed_where_memory_for_it_lacks_and_nothing_else_is_lost()
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n  - {method: prompt, size: 2, learningRate: 0.001}\n";
        var report = _sample.Run(Trials, free: 1_000_000);
        var costs = Record.ReadFile<TrialCosts>(Path.Combine(_sample.Output, TrialCosts.FileName)).Costs;
        Assert.All(costs, cost => Assert.True(cost is { TokenSeconds: > 0, BaseTokenSeconds: > 0, MergedTokenSeconds: null }));
        Assert.StartsWith("lora", Assert.Single(costs, cost => cost.LackedBytes > 1_000_000).Id, StringComparison.Ordinal);
        Assert.Equal(report.ComputeDigest(), _sample.Run(Trials).ComputeDigest());
        Assert.Single(Record.ReadFile<TrialCosts>(Path.Combine(_sample.Output, TrialCosts.FileName)).Costs, cost => cost is { MergedTokenSeconds: > 0, LackedBytes: null });
    }

    [Fact]
    public void A_plan_trains_in_the_precision_and_with_the_memory_that_it_names()
    {
        var report = _sample.Run("precision: stored\nrecompute: true\naccumulation: 2\ntrials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n");
        var settings = Record.ReadFile<TrainingReceipt>(Path.Combine(_sample.Output, "rounds", "1", report.Results[0].Id, TrainingReceipt.FileName)).Inputs.Settings;
        Assert.Equal(("stored", true, 2), (settings.Precision, settings.Recompute, settings.Accumulation));
    }

    [Fact]
    public void A_round_that_is_shorter_than_the_steps_between_validations_is_validated_at_its_end()
    {
        var report = _sample.Run("halving: 8\ntrials:\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002]}\n", steps: 16);
        int[][] Validated(int round) => [.. report.Rounds[round - 1].Runs
            .Select(run => Record.ReadFile<TrainingReceipt>(Path.Combine(_sample.Output, "rounds", $"{round}", run.Id, TrainingReceipt.FileName)))
            .Select(receipt => receipt.Validations.Select(validation => validation.Step).ToArray())];
        Assert.Equal([2, 16], report.Rounds.Select(round => round.Steps));
        Assert.Equal([[2], [2]], Validated(1));
        Assert.Equal([[4, 8, 12, 16]], Validated(2));
        Assert.All(report.Rounds[0].Runs, run => Assert.NotNull(run.ValidationLoss));
    }

    [Fact]
    public void What_is_measured_is_told_while_it_is_measured()
    {
        var told = new List<TrialProgress>();
        var report = _sample.Run(TrialSample.Halved, new HeardTrials(told.Add));
        var measured = told.Where(each => each is { Loss: null, Part: null }).ToList();
        Assert.Equal("the base", measured[0].Trial);
        Assert.Equal(report.Rounds[0].Runs.Select(run => run.Id).Order(), measured.Skip(1).Take(2).Select(each => each.Trial).Order());
        Assert.Equal((2 * 2 + 2 * 4, 2), ((int)measured[^1].Done, measured.Skip(3).Count()));
        // The modules of LoRA's change and of the whole model's, and LoRA's layers.
        Assert.Equal(28 + 28 + 4, told.Count(each => each.Part is not null && each.Done == measured[^1].Done));
    }

    [Fact]
    public void Layers_that_were_not_tuned_are_worth_nothing_and_are_not_told()
    {
        var result = Assert.Single(_sample.Run("trials:\n  - {method: lora, rank: 1, layers: [1, 3], learningRate: 0.001}\n").Results);
        Assert.Equal([1, 3], result.Layers.Select(effect => effect.Layer));
    }

    [Fact]
    public void Two_metrics_of_one_task_are_screened_once_and_one_that_it_does_not_have_is_refused()
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        var report = _sample.Run(Trials, task: "file: facts.yaml, metric: acc_norm");
        Assert.Equal(["sample_facts"], report.Screened!.Select(task => task.Name));
        Assert.Equal(("acc_norm", "acc"), (report.Task.Metric, report.Retained!.Metric));
        Assert.Contains("has no metric 'other'", Assert.Throws<TuningException>(() => _sample.Run(Trials, task: "file: facts.yaml, metric: other")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_the_task_that_are_among_the_data_are_told()
    {
        var asked = File.ReadLines(_sample.Temp.PathTo("data", "routing.jsonl")).Take(5).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["text"]!);
        File.AppendAllLines(_sample.Temp.PathTo("data.jsonl"), asked.Select(text => $$"""{"prompt": {{text.ToJsonString()}}, "completion": " Billing"}"""));
        var screened = _sample.Run("trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n").Screened!;
        Assert.Equal(["sample_routing", "sample_facts"], screened.Select(task => task.Name));
        Assert.Equal(Enumerable.Range(0, 5), screened[0].Overlapping.Select(row => row.Id));
    }

    public void Dispose() => _sample.Dispose();
}
