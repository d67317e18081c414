using System.Text;
using Loragate.Artifacts.Records.Training;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Tuning.Trials;

/// <summary>Runs that are interrupted, and what changes or is damaged meanwhile.</summary>
public sealed class InterruptedTrialTests : IDisposable
{
    private readonly TrialSample _sample = new();

    [Fact]
    public void A_run_that_is_interrupted_in_the_middle_of_a_trial_goes_on_to_the_same_report()
    {
        var undisturbed = _sample.Run(TrialSample.Halved, output: _sample.Temp.PathTo("undisturbed"));
        using var stop = new CancellationTokenSource();
        var steps = 0;
        void Stop()
        {
            if (++steps == 7)
                stop.Cancel();
        }

        // Two trials of two steps, and the third step of the first one of four.
        Assert.Throws<OperationCanceledException>(() => _sample.Run(TrialSample.Halved, HeardTrials.Steps(Stop), cancellation: stop.Token));
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(_sample.Output, "rounds", "2"), "*.partial"));
        var left = 0;
        Assert.Equal(undisturbed.ComputeDigest(), _sample.Run(TrialSample.Halved, HeardTrials.Steps(() => left++)).ComputeDigest());
        Assert.Equal(2 * 2 + 2 * 4, steps + left);
        Assert.StartsWith("lora", Record.ReadFile<TrialCosts>(Path.Combine(_sample.Output, TrialCosts.FileName)).Costs.Single(cost => cost.Training is null).Id, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_changes_while_trials_run_is_noticed_then_and_later()
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002]}\n";
        var lines = File.ReadAllLines(_sample.Temp.PathTo("data.jsonl"));
        var fault = Assert.Throws<TuningException>(() => _sample.Run(Trials, HeardTrials.Steps(() => File.WriteAllLines(_sample.Temp.PathTo("data.jsonl"), lines.Take(11)))));
        Assert.Equal((Path.Combine(_sample.Output, "rounds", "1", "lora-r1-lr0.002"), "was trained with other inputs than the run was begun with: data"), (fault.Place, fault.Fault));
        File.WriteAllLines(_sample.Temp.PathTo("data.jsonl"), lines);
        fault = Assert.Throws<TuningException>(() => _sample.Run(Trials));
        Assert.Equal("was trained with other inputs than the run was begun with: data", fault.Fault);
        Directory.Delete(fault.Place, recursive: true);
        Assert.Equal(2, _sample.Run(Trials).Results.Count);
    }

    [Theory]
    [InlineData("config")]
    [InlineData("tokenizer")]
    public void A_base_that_changes_once_the_last_training_began_scores_nothing(string part)
    {
        const string Trials = "trials:\n  - {method: full, learningRate: 0.001}\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        var model = _sample.Temp.Copy(Sample.Base, "base");
        var file = Path.Combine(model, part + ".json");
        var (before, steps) = (File.ReadAllBytes(file), 0);
        void Change()
        {
            if (++steps == 8)
                File.AppendAllText(file, "\n");
        }

        var fault = Assert.Throws<TuningException>(() => _sample.Run(Trials, HeardTrials.Steps(Change), model: model));
        Assert.Equal((model, $"has another {part} than the base had when the run began"), (fault.Place, fault.Fault));
        Assert.Equal(["base"], Directory.EnumerateDirectories(Path.Combine(_sample.Output, "evaluations")).Select(Path.GetFileName));
        File.WriteAllBytes(file, before);
        Assert.Equal(2, _sample.Run(Trials, HeardTrials.Steps(() => steps++), model: model).Results.Count);
        Assert.Equal(8, steps);
    }

    [Theory]
    [InlineData("config")]
    [InlineData("tokenizer")]
    public void A_tuned_model_that_took_something_else_over_from_the_base_is_not_scored(string part)
    {
        const string Trials = "trials:\n  - {method: full, learningRate: 0.001}\n";
        var model = _sample.Temp.Copy(Sample.Base, "base");
        var file = Path.Combine(model, part + ".json");
        var (before, steps) = (File.ReadAllBytes(file), 0);
        void Change()
        {
            if (++steps == 4)
                File.AppendAllText(file, "\n");
        }

        Assert.Equal(model, Assert.Throws<TuningException>(() => _sample.Run(Trials, HeardTrials.Steps(Change), model: model)).Place);
        File.WriteAllBytes(file, before);
        var fault = Assert.Throws<TuningException>(() => _sample.Run(Trials, model: model));
        Assert.Equal((Path.Combine(_sample.Output, "rounds", "1", "full-lr0.001"), $"has another {part} than the base had when the run began"), (fault.Place, fault.Fault));
        Directory.Delete(fault.Place, recursive: true);
        Assert.Single(_sample.Run(Trials, model: model).Results);
    }

    [Fact]
    public void What_an_interrupted_trial_of_another_run_left_is_refused_with_what_a_run_of_trials_can_do()
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        foreach (var (trials, output) in new[] { ("seed: 5\n" + Trials, _sample.Temp.PathTo("other")), (Trials, _sample.Output) })
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => _sample.Run(trials, HeardTrials.Steps(stop.Cancel), output: output, cancellation: stop.Token));
        }
        var partial = Path.Combine(_sample.Output, "rounds", "1", "lora-r1-lr0.001.partial");
        File.Copy(Path.Combine(_sample.Temp.PathTo("other"), "rounds", "1", "lora-r1-lr0.001.partial", "training-state.safetensors"), Path.Combine(partial, "training-state.safetensors"), overwrite: true);
        var fault = Assert.Throws<TuningException>(() => _sample.Run(Trials));
        Assert.StartsWith($"trial lora-r1-lr0.001, {partial}", fault.Place, StringComparison.Ordinal);
        Assert.Equal($"Restore the inputs that it was begun with, or remove {partial}, and the trial is run again.", fault.Advice);
        Directory.Delete(partial, recursive: true);
        _sample.Run(Trials);
    }

    [Theory]
    [InlineData("trial-inputs.json", "{", "name a new folder")]
    [InlineData("rounds/1/lora-r1-lr0.001.cost.json", "{\"id\": 3}", "what the trial took is not told then")]
    [InlineData("rounds/1/lora-r1-lr0.001.fault.json", "null", "the trial is run again")]
    public void What_a_run_left_and_somebody_damaged_is_told(string file, string text, string advice)
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        _sample.Run(Trials);
        _sample.Temp.Write($"out/{file}", Encoding.UTF8.GetBytes(text));
        var fault = Assert.Throws<TuningException>(() => _sample.Run(Trials));
        Assert.StartsWith(_sample.Temp.PathTo("out", file), fault.Place, StringComparison.Ordinal);
        Assert.Contains(advice, fault.Advice, StringComparison.Ordinal);
    }

    public void Dispose() => _sample.Dispose();
}
