using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
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
        var full = report.Results.Single(r => r.Method.Name == "full");
        Assert.Empty(full.Layers);
        Assert.Equal(lora.Spectrum.Select(module => module.Module), full.Spectrum.Select(module => module.Module));
        Assert.All(full.Spectrum, module => Assert.InRange(module.EffectiveRank, 1, module.Rank));
        Assert.True(lora.Bytes < report.Results.Single(r => r.Method.Name == "full").Bytes);
        Assert.Equal(report.Rounds[0].Runs[0].Id, lora.Id);
        var costs = Record.ReadFile<TrialCosts>(Path.Combine(Output, TrialCosts.FileName));
        Assert.Equal(4, costs.Costs.Count);
        Assert.All(costs.Costs, cost => Assert.NotNull(cost.Training));
        Assert.All(costs.Costs.Where(cost => cost.Round == 2), cost => Assert.True(cost.TokenSeconds > 0 && cost.BaseTokenSeconds > 0));
        Assert.Equal(lora.Id, Assert.Single(costs.Costs, cost => cost.MergedTokenSeconds > 0).Id);

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

        Assert.Throws<OperationCanceledException>(() => Run(Trials, new Listener(Hear), cancellation: stop.Token));
        Assert.Equal([.. Enumerable.Range(1, 28).Select(number => new TrialPart("module", number, 28)), new TrialPart("layer", 1, 4), new TrialPart("layer", 2, 4)], told);
        Run(Trials);
    }

    [Fact]
    public void A_merged_update_is_not_timed_where_memory_for_it_lacks_and_nothing_else_is_lost()
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n  - {method: prompt, size: 2, learningRate: 0.001}\n";
        var report = Run(Trials, free: 1_000_000);
        var costs = Record.ReadFile<TrialCosts>(Path.Combine(Output, TrialCosts.FileName)).Costs;
        Assert.All(costs, cost => Assert.True(cost is { TokenSeconds: > 0, BaseTokenSeconds: > 0, MergedTokenSeconds: null }));
        Assert.StartsWith("lora", Assert.Single(costs, cost => cost.LackedBytes > 1_000_000).Id, StringComparison.Ordinal);
        Assert.Equal(report.ComputeDigest(), Run(Trials).ComputeDigest());
        Assert.Single(Record.ReadFile<TrialCosts>(Path.Combine(Output, TrialCosts.FileName)).Costs, cost => cost is { MergedTokenSeconds: > 0, LackedBytes: null });
    }

    [Fact]
    public void A_trial_that_diverges_is_given_up_and_the_others_go_on()
    {
        const string Trials = "trials:\n  - {method: full, learningRate: [100000000000000000000000000000.0, 0.002]}\n";
        var told = new List<TrialProgress>();
        var report = Run(Trials, new Listener(told.Add));
        Assert.Equal((2 * 4, 2 * 4), (told[^1].Done, told[^1].Planned));
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

    [Theory]
    [InlineData("rate", "a learning rate whose first step float32 cannot hold (lora-r1-lr1E+38)")]
    [InlineData("threads", "threads below 1")]
    [InlineData("base", "an output inside the base")]
    [InlineData("empty", "no rows")]
    [InlineData("twice", "line 13: the same row as")]
    [InlineData("mislabelled", "line 13: the same prompt as")]
    [InlineData("one", "one row, from which nothing general can be learnt")]
    [InlineData("validation", "the training data have this row too")]
    [InlineData("long", "tokens, where a row may have 256")]
    [InlineData("other", "holds something else than trials")]
    public void What_no_trial_can_be_run_with_shows_before_the_base_is_scored_and_anything_is_written(string what, string words)
    {
        Copy("training/routing-validation.jsonl", "one.jsonl", 1);
        var rows = File.ReadAllLines(_temp.PathTo("data.jsonl"));
        File.WriteAllLines(_temp.PathTo("empty.jsonl"), []);
        File.WriteAllLines(_temp.PathTo("twice.jsonl"), [.. rows, rows[2]]);
        File.WriteAllLines(_temp.PathTo("mislabelled.jsonl"), [.. rows, rows[2].Replace("\"completion\": \"", "\"completion\": \" Not", StringComparison.Ordinal)]);
        _temp.Write("long.jsonl", Encoding.UTF8.GetBytes($$"""{"prompt": "a", "completion": " b"}{{'\n'}}{"prompt": "c", "completion": "{{string.Concat(Enumerable.Repeat(" word", 300))}}"}"""));
        var trials = $"trials:\n  - {{method: lora, rank: 1, learningRate: [0.001{(what == "rate" ? $", 1{new string('0', 38)}.0" : "")}]}}\n";
        var model = what == "base" ? _temp.Copy(Sample.Base, "base") : Sample.Base;
        var output = what == "base" ? Path.Combine(model, "trials") : Output;
        var data = what is "empty" or "twice" or "mislabelled" or "one" or "validation" or "long" ? $"{what}.jsonl" : "data.jsonl";
        if (what == "other")
            _temp.Write("out/other.txt", "x"u8);
        var fault = Assert.Throws<TuningException>(() => Run(trials, threads: what == "threads" ? 0 : 1, data: data, output: output, weights: what == "long" ? null : new Unhashed(), model: model));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Equal(what == "other" ? ["other.txt"] : [], Directory.Exists(output) ? Directory.EnumerateFileSystemEntries(output).Select(path => Path.GetFileName(path)) : []);
    }

    [Fact]
    public void A_folder_in_which_nothing_was_learnt_is_a_corrected_plans()
    {
        Run("trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n");
        Directory.Delete(Path.Combine(Output, "rounds", "1"), recursive: true);
        Directory.CreateDirectory(Path.Combine(Output, "rounds", "1"));
        Assert.Equal("lora-r2-lr0.001", Run("trials:\n  - {method: lora, rank: 2, learningRate: 0.001}\n").Results[0].Id);
    }

    [Fact]
    public void A_run_that_is_interrupted_in_the_middle_of_a_trial_goes_on_to_the_same_report()
    {
        var undisturbed = Run(Halved, output: _temp.PathTo("undisturbed"));
        using var stop = new CancellationTokenSource();
        var steps = 0;
        void Stop()
        {
            if (++steps == 7)
                stop.Cancel();
        }

        // Two trials of two steps, and the third step of the first one of four.
        Assert.Throws<OperationCanceledException>(() => Run(Halved, new Counter(Stop), cancellation: stop.Token));
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(Output, "rounds", "2"), "*.partial"));
        var left = 0;
        Assert.Equal(undisturbed.ComputeDigest(), Run(Halved, new Counter(() => left++)).ComputeDigest());
        Assert.Equal(2 * 2 + 2 * 4, steps + left);
        Assert.StartsWith("lora", Record.ReadFile<TrialCosts>(Path.Combine(Output, TrialCosts.FileName)).Costs.Single(cost => cost.Training is null).Id, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_those_who_went_on_are_given_up_the_next_best_take_their_places()
    {
        const string Trials = "halving: 2\ntrials:\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002, 0.004, 0.008]}\n";
        var first = Run(Trials);
        Assert.Equal([4, 2, 1], first.Rounds.Select(round => round.Runs.Count));
        var ranked = first.Rounds[0].Runs.Select(run => run.Id).ToList();
        foreach (var folder in new[] { "2", "3" })
            Directory.Delete(Path.Combine(Output, "rounds", folder), recursive: true);
        foreach (var id in ranked.Take(2))
            _temp.Write($"out/rounds/2/{id}.fault.json", "\"step 2: no finite number\""u8);
        var second = Run(Trials);
        Assert.Equal(ranked.Take(2).Order(), second.Rounds[1].Runs.Select(run => run.Id));
        Assert.Equal(ranked[2], Assert.Single(second.Results).Id);
    }

    [Fact]
    public void A_finalist_that_is_given_up_is_replaced_while_the_budget_has_steps()
    {
        const string Trials = "halving: 2\ntrials:\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002, 0.004, 0.008]}\n";
        var ranked = GiveUpFinalist(Trials);
        var report = Run(Trials);
        Assert.Equal([ranked[1], ranked[0]], report.Rounds[2].Runs.Select(run => run.Id));
        Assert.Equal(ranked[1], Assert.Single(report.Results).Id);
        Assert.Equal(["rounds/2", "rounds/3"], Spent(ranked[1]));

        // 4 of 1, 2 of 2 and 1 of 4 steps are planned: one more of 4 is beyond twelve.
        Directory.Delete(Output, recursive: true);
        const string Bound = "budget: 12\n" + Trials;
        ranked = GiveUpFinalist(Bound);
        Assert.Contains($"those that went on were given up ({ranked[0]}, step 2: no finite number), and the budget has no steps for the next best", Assert.Throws<TuningException>(() => Run(Bound)).Message, StringComparison.Ordinal);
        Assert.Empty(Spent(ranked[1]).Skip(1));
    }

    [Fact]
    public void A_place_that_somebody_planned_takes_costs_no_replacement_its_budget()
    {
        // Two of full and two of three of lora are run to their end: 3 of 2 and 4 of 4 steps, and 4 for one replacement.
        const string Trials = "halving: 2\nfinalists: 2\nbudget: 26\ntrials:\n  - {method: full, learningRate: [0.001, 0.002]}\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002, 0.004]}\n";
        var first = Run(Trials);
        Assert.Equal([3, 4], first.Rounds.Select(round => round.Runs.Count));
        var ranked = first.Rounds[0].Runs.Select(run => run.Id).ToList();
        Directory.Delete(Path.Combine(Output, "rounds", "2"), recursive: true);
        foreach (var id in new[] { "full-lr0.001", ranked[0] })
            _temp.Write($"out/rounds/2/{id}.fault.json", "\"step 2: no finite number\""u8);
        Assert.Equal(["full-lr0.002", .. ranked.Skip(1).Order()], Run(Trials).Results.Select(result => result.Id).Order());
    }

    [Fact]
    public void Places_that_nobody_is_left_for_leave_their_steps_to_others()
    {
        // Both of lora are given up in the first round: 4 of 2 and 2 of 4 steps are planned, and the place of the last 4 is free.
        const string Trials = "halving: 2\nbudget: 16\ntrials:\n  - {method: full, learningRate: [0.001, 0.002]}\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002]}\n";
        var ranked = Run(Trials).Rounds[0].Runs.Select(run => run.Id).Where(id => id.StartsWith("full", StringComparison.Ordinal)).ToList();
        Directory.Delete(Path.Combine(Output, "rounds"), recursive: true);
        foreach (var fault in new[] { "1/lora-r1-lr0.001", "1/lora-r1-lr0.002", $"2/{ranked[0]}" })
            _temp.Write($"out/rounds/{fault}.fault.json", "\"step 2: no finite number\""u8);
        var told = new List<TrialProgress>();
        var report = Run(Trials, new Listener(told.Add));
        Assert.Equal([ranked[1], ranked[0]], report.Rounds[1].Runs.Select(run => run.Id));
        Assert.Equal((16, 16), (told[^1].Done, told[^1].Planned));
    }

    [Fact]
    public void A_file_that_changes_while_trials_run_is_noticed_then_and_later()
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: [0.001, 0.002]}\n";
        var lines = File.ReadAllLines(_temp.PathTo("data.jsonl"));
        var fault = Assert.Throws<TuningException>(() => Run(Trials, new Counter(() => File.WriteAllLines(_temp.PathTo("data.jsonl"), lines.Take(11)))));
        Assert.Equal((Path.Combine(Output, "rounds", "1", "lora-r1-lr0.002"), "was trained with other inputs than the run was begun with: data"), (fault.Place, fault.Fault));
        File.WriteAllLines(_temp.PathTo("data.jsonl"), lines);
        fault = Assert.Throws<TuningException>(() => Run(Trials));
        Assert.Equal("was trained with other inputs than the run was begun with: data", fault.Fault);
        Directory.Delete(fault.Place, recursive: true);
        Assert.Equal(2, Run(Trials).Results.Count);
    }

    [Theory]
    [InlineData("config")]
    [InlineData("tokenizer")]
    public void A_base_that_changes_once_the_last_training_began_scores_nothing(string part)
    {
        const string Trials = "trials:\n  - {method: full, learningRate: 0.001}\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        var model = _temp.Copy(Sample.Base, "base");
        var file = Path.Combine(model, part + ".json");
        var (before, steps) = (File.ReadAllBytes(file), 0);
        void Change()
        {
            if (++steps == 8)
                File.AppendAllText(file, "\n");
        }

        var fault = Assert.Throws<TuningException>(() => Run(Trials, new Counter(Change), model: model));
        Assert.Equal((model, $"has another {part} than the base had when the run began"), (fault.Place, fault.Fault));
        Assert.Equal(["base"], Directory.EnumerateDirectories(Path.Combine(Output, "evaluations")).Select(Path.GetFileName));
        File.WriteAllBytes(file, before);
        Assert.Equal(2, Run(Trials, new Counter(() => steps++), model: model).Results.Count);
        Assert.Equal(8, steps);
    }

    [Theory]
    [InlineData("config")]
    [InlineData("tokenizer")]
    public void A_tuned_model_that_took_something_else_over_from_the_base_is_not_scored(string part)
    {
        const string Trials = "trials:\n  - {method: full, learningRate: 0.001}\n";
        var model = _temp.Copy(Sample.Base, "base");
        var file = Path.Combine(model, part + ".json");
        var (before, steps) = (File.ReadAllBytes(file), 0);
        void Change()
        {
            if (++steps == 4)
                File.AppendAllText(file, "\n");
        }

        Assert.Equal(model, Assert.Throws<TuningException>(() => Run(Trials, new Counter(Change), model: model)).Place);
        File.WriteAllBytes(file, before);
        var fault = Assert.Throws<TuningException>(() => Run(Trials, model: model));
        Assert.Equal((Path.Combine(Output, "rounds", "1", "full-lr0.001"), $"has another {part} than the base had when the run began"), (fault.Place, fault.Fault));
        Directory.Delete(fault.Place, recursive: true);
        Assert.Single(Run(Trials, model: model).Results);
    }

    [Fact]
    public void A_base_that_is_not_there_is_told_as_such()
    {
        var fault = Assert.ThrowsAny<MalformedInputException>(() => Run("trials:\n  - {method: full, learningRate: 0.001}\n", model: _temp.PathTo("mistyped"), weights: new Unhashed()));
        Assert.StartsWith($"{_temp.PathTo("mistyped")}: no such folder", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void What_an_interrupted_trial_of_another_run_left_is_refused_with_what_a_run_of_trials_can_do()
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        foreach (var (trials, output) in new[] { ("seed: 5\n" + Trials, _temp.PathTo("other")), (Trials, Output) })
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => Run(trials, new Counter(stop.Cancel), output: output, cancellation: stop.Token));
        }
        var partial = Path.Combine(Output, "rounds", "1", "lora-r1-lr0.001.partial");
        File.Copy(Path.Combine(_temp.PathTo("other"), "rounds", "1", "lora-r1-lr0.001.partial", "training-state.safetensors"), Path.Combine(partial, "training-state.safetensors"), overwrite: true);
        var fault = Assert.Throws<TuningException>(() => Run(Trials));
        Assert.StartsWith($"trial lora-r1-lr0.001, {partial}", fault.Place, StringComparison.Ordinal);
        Assert.Equal($"Restore the inputs that it was begun with, or remove {partial}, and the trial is run again.", fault.Advice);
        Directory.Delete(partial, recursive: true);
        Run(Trials);
    }

    [Theory]
    [InlineData("processor", "arm64")]
    [InlineData("torch", "1.0")]
    public void Trials_of_another_kind_of_processor_or_torch_are_not_mixed(string input, string other)
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        Run(Trials);
        var names = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "trial-inputs.json")))!;
        Assert.NotNull(names[input]);
        names[input] = other;
        File.WriteAllText(Path.Combine(Output, "trial-inputs.json"), names.ToJsonString());
        Assert.Contains($"was begun with other inputs: {input}.", Assert.Throws<TuningException>(() => Run(Trials)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_trains_in_the_precision_and_with_the_memory_that_it_names()
    {
        var report = Run("precision: stored\nrecompute: true\naccumulation: 2\ntrials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n");
        var settings = Record.ReadFile<TrainingReceipt>(Path.Combine(Output, "rounds", "1", report.Results[0].Id, TrainingReceipt.FileName)).Inputs.Settings;
        Assert.Equal(("stored", true, 2), (settings.Precision, settings.Recompute, settings.Accumulation));
    }

    [Fact]
    public void What_is_measured_is_told_while_it_is_measured()
    {
        var told = new List<TrialProgress>();
        var report = Run(Halved, new Listener(told.Add));
        var measured = told.Where(each => each is { Loss: null, Part: null }).ToList();
        Assert.Equal("the base", measured[0].Trial);
        Assert.Equal(report.Rounds[0].Runs.Select(run => run.Id).Order(), measured.Skip(1).Take(2).Select(each => each.Trial).Order());
        Assert.Equal((2 * 2 + 2 * 4, 2), ((int)measured[^1].Done, measured.Skip(3).Count()));
        // The modules of LoRA's change and of the whole model's, and LoRA's layers.
        Assert.Equal(28 + 28 + 4, told.Count(each => each.Part is not null && each.Done == measured[^1].Done));
    }

    [Fact]
    public void Where_all_trials_of_the_first_round_diverge_the_reason_is_told() => Assert.Contains(
        "no trial could be trained to its end: full-lr1E+29, step 2",
        Assert.Throws<TuningException>(() => Run("halving: 2\ntrials:\n  - {method: full, learningRate: [100000000000000000000000000000.0, 200000000000000000000000000000.0]}\n")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Two_tasks_of_one_name_would_overwrite_each_others_evaluations()
    {
        _temp.Write("same.yaml", Encoding.UTF8.GetBytes(File.ReadAllText(Repository.PathTo("samples", "tasks", "sample_facts.yaml")) + "# another\n"));
        Assert.Contains("another task is called 'sample_facts' too", Assert.Throws<TuningException>(() => Run("trials:\n  - {method: full, learningRate: 0.001}\n", task: "file: same.yaml, metric: acc")).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Theory]
    [InlineData("trial-inputs.json", "{", "name a new folder")]
    [InlineData("rounds/1/lora-r1-lr0.001.cost.json", "{\"id\": 3}", "what the trial took is not told then")]
    [InlineData("rounds/1/lora-r1-lr0.001.fault.json", "null", "the trial is run again")]
    public void What_a_run_left_and_somebody_damaged_is_told(string file, string text, string advice)
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        Run(Trials);
        _temp.Write($"out/{file}", Encoding.UTF8.GetBytes(text));
        var fault = Assert.Throws<TuningException>(() => Run(Trials));
        Assert.StartsWith(_temp.PathTo("out", file), fault.Place, StringComparison.Ordinal);
        Assert.Contains(advice, fault.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_were_not_tuned_are_worth_nothing_and_are_not_told()
    {
        var result = Assert.Single(Run("trials:\n  - {method: lora, rank: 1, layers: [1, 3], learningRate: 0.001}\n").Results);
        Assert.Equal([1, 3], result.Layers.Select(effect => effect.Layer));
    }

    [Fact]
    public void Rows_of_the_task_that_are_among_the_data_are_told()
    {
        var asked = File.ReadLines(_temp.PathTo("data", "routing.jsonl")).Take(5).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["text"]!);
        File.AppendAllLines(_temp.PathTo("data.jsonl"), asked.Select(text => $$"""{"prompt": {{text.ToJsonString()}}, "completion": " Billing"}"""));
        var screened = Run("trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n").Screened!;
        Assert.Equal(["sample_routing", "sample_facts"], screened.Select(task => task.Name));
        Assert.Equal(Enumerable.Range(0, 5), screened[0].Overlapping.Select(row => row.Id));
    }

    public void Dispose() => _temp.Dispose();

    private void Copy(string sample, string file, int lines)
    {
        Directory.CreateDirectory(_temp.PathTo("data"));
        File.WriteAllLines(_temp.PathTo(file), File.ReadLines(Repository.PathTo("samples", sample)).Take(lines));
    }

    private TrialReport Run(string trials, IProgress<TrialProgress>? progress = null, int threads = 1, string? task = null, string data = "data.jsonl", string? output = null, IReadOnlyList<TensorDigest>? weights = null, string? model = null, long? free = null, CancellationToken cancellation = default)
    {
        foreach (var name in new[] { "routing", "facts" })
            File.Copy(Repository.PathTo("samples", "tasks", $"sample_{name}.yaml"), _temp.PathTo($"{name}.yaml"), overwrite: true);
        var plan = $"schema: loragate.trial-plan/1\nname: p\ndata: [{data}]\nvalidation: validation.jsonl\ntask: {{{task ?? "file: routing.yaml, metric: acc"}}}\nretained: {{file: facts.yaml, metric: acc, margin: 0.9}}\nsteps: 4\nbatch: 4\n{trials}";
        return TrialRunner.Run(
            new TrialRequest { Plan = TrialPlanFile.Read(_temp.Write("plan.yaml", Encoding.UTF8.GetBytes(plan))), Base = model ?? Sample.Base, Weights = weights ?? Sample.Weights, Output = output ?? Output, Threads = 1, TrainingThreads = threads, Version = "1" },
            new NoMeter(free), progress, cancellation);
    }

    /// <summary>Runs a plan, and has its one finalist given up.</summary>
    /// <returns>The trials of the round before the last, best first.</returns>
    private List<string> GiveUpFinalist(string trials)
    {
        var ranked = Run(trials).Rounds[1].Runs.Select(run => run.Id).ToList();
        Directory.Delete(Path.Combine(Output, "rounds", "3"), recursive: true);
        _temp.Write($"out/rounds/3/{ranked[0]}.fault.json", "\"step 2: no finite number\""u8);
        return ranked;
    }

    /// <summary>The rounds, after the first, that a trial was trained in.</summary>
    private List<string> Spent(string trial) => [.. new[] { "rounds/2", "rounds/3" }.Where(round => Directory.Exists(Path.Combine(Output, round, trial)))];

    private sealed class Listener(Action<TrialProgress> hear) : IProgress<TrialProgress>
    {
        public void Report(TrialProgress value) => hear(value);
    }

    /// <summary>Counts the steps that are made.</summary>
    private sealed class Counter(Action count) : IProgress<TrialProgress>
    {
        public void Report(TrialProgress value)
        {
            if (value.Loss is not null)
                count();
        }
    }

    /// <summary>Every piece of work takes a second.</summary>
    private sealed class NoMeter(long? free) : CostMeter
    {
        public override TimeProvider Clock => TimeProvider.System;

        public override long? CollectAndCountFreeBytes() => free;

        public override void Start()
        {
        }

        public override Cost Finish() => new(1, 1, 1);
    }
}
