using System.Text;
using Loragate.Artifacts;
using Loragate.Testing;

namespace Loragate.Tuning.Trials;

/// <summary>What no trial can be run with.</summary>
public sealed class RefusedTrialTests : IDisposable
{
    private readonly TrialSample _sample = new();

    [Theory]
    [InlineData("task", "file: missing.yaml, metric: acc", "missing.yaml")]
    [InlineData("task", "file: corpus.yaml, metric: word_perplexity", "no mean of items' scores of which more is better")]
    [InlineData("task", "file: pairs.yaml, metric: acc", "no mean of items' scores of which more is better")]
    [InlineData("task", "file: routing.yaml, metric: magic", "has no metric 'magic'")]
    [InlineData("trials", "targets: [nonsense]", "trial lora-r1-nonsense-lr0.001, target 'nonsense'")]
    public void A_fault_of_the_plan_shows_before_the_folder_is_taken(string key, string value, string words)
    {
        foreach (var task in new[] { "corpus", "pairs" })
            File.Copy(Repository.PathTo("samples", "tasks", $"sample_{task}.yaml"), _sample.Temp.PathTo($"{task}.yaml"));
        var fault = Xunit.Record.Exception(() => _sample.Run($"trials:\n  - {{method: lora, rank: 1, {(key == "trials" ? value + ", " : "")}learningRate: 0.001}}\n", task: key == "task" ? value : null));
        Assert.Contains(words, fault!.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_sample.Output));
        _sample.Run("trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n");
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
        _sample.Copy("training/routing-validation.jsonl", "one.jsonl", 1);
        var rows = File.ReadAllLines(_sample.Temp.PathTo("data.jsonl"));
        File.WriteAllLines(_sample.Temp.PathTo("empty.jsonl"), []);
        File.WriteAllLines(_sample.Temp.PathTo("twice.jsonl"), [.. rows, rows[2]]);
        File.WriteAllLines(_sample.Temp.PathTo("mislabelled.jsonl"), [.. rows, rows[2].Replace("\"completion\": \"", "\"completion\": \" Not", StringComparison.Ordinal)]);
        _sample.Temp.Write("long.jsonl", Encoding.UTF8.GetBytes($$"""{"prompt": "a", "completion": " b"}{{'\n'}}{"prompt": "c", "completion": "{{string.Concat(Enumerable.Repeat(" word", 300))}}"}"""));
        var trials = $"trials:\n  - {{method: lora, rank: 1, learningRate: [0.001{(what == "rate" ? $", 1{new string('0', 38)}.0" : "")}]}}\n";
        var model = what == "base" ? _sample.Temp.Copy(Sample.Base, "base") : Sample.Base;
        var output = what == "base" ? Path.Combine(model, "trials") : _sample.Output;
        var data = what is "empty" or "twice" or "mislabelled" or "one" or "validation" or "long" ? $"{what}.jsonl" : "data.jsonl";
        if (what == "other")
            _sample.Temp.Write("out/other.txt", "x"u8);
        var fault = Assert.Throws<TuningException>(() => _sample.Run(trials, threads: what == "threads" ? 0 : 1, data: data, output: output, weights: what == "long" ? null : new Unhashed(), model: model));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Equal(what == "other" ? ["other.txt"] : [], Directory.Exists(output) ? Directory.EnumerateFileSystemEntries(output).Select(path => Path.GetFileName(path)) : []);
    }

    [Fact]
    public void A_task_whose_name_no_file_of_a_report_may_have_is_refused_before_any_work()
    {
        _sample.Temp.Write("odd.yaml", Encoding.UTF8.GetBytes(File.ReadAllText(Repository.PathTo("samples", "tasks", "sample_routing.yaml")).Replace("task: sample_routing", "task: \"q:routing\"", StringComparison.Ordinal)));
        var fault = Assert.Throws<TuningException>(() => _sample.Run("trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n", task: "file: odd.yaml, metric: acc", weights: new Unhashed()));
        Assert.Contains("'q:routing' cannot stand in the names of files", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_sample.Output));
    }

    [Fact]
    public void A_base_that_is_not_there_is_told_as_such()
    {
        var fault = Assert.ThrowsAny<MalformedInputException>(() => _sample.Run("trials:\n  - {method: full, learningRate: 0.001}\n", model: _sample.Temp.PathTo("mistyped"), weights: new Unhashed()));
        Assert.StartsWith($"{_sample.Temp.PathTo("mistyped")}: no such folder", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_sample.Output));
    }

    [Fact]
    public void Two_tasks_of_one_name_would_overwrite_each_others_evaluations()
    {
        _sample.Temp.Write("same.yaml", Encoding.UTF8.GetBytes(File.ReadAllText(Repository.PathTo("samples", "tasks", "sample_facts.yaml")) + "# another\n"));
        Assert.Contains("another task is called 'sample_facts' too", Assert.Throws<TuningException>(() => _sample.Run("trials:\n  - {method: full, learningRate: 0.001}\n", task: "file: same.yaml, metric: acc")).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_sample.Output));
    }

    [Fact]
    public void Trials_of_other_data_are_not_mixed_with_those_that_were_run()
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        _sample.Run(Trials);
        _sample.Copy("training/routing-validation.jsonl", "data.jsonl", 11);
        var fault = Assert.Throws<TuningException>(() => _sample.Run(Trials));
        Assert.Contains("was begun with other inputs: data 1, data.jsonl.", fault.Message, StringComparison.Ordinal);
        _sample.Copy("training/routing-validation.jsonl", "data.jsonl", 12);
        Assert.Contains("other inputs: threads.", Assert.Throws<TuningException>(() => _sample.Run(Trials, threads: 2)).Message, StringComparison.Ordinal);
        _sample.Run(Trials);
    }

    [Theory]
    [InlineData("processor", "arm64")]
    [InlineData("torch", "1.0")]
    public void Trials_of_another_kind_of_processor_or_torch_are_not_mixed(string input, string other)
    {
        const string Trials = "trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n";
        _sample.Run(Trials);
        var names = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(_sample.Output, "trial-inputs.json")))!;
        Assert.NotNull(names[input]);
        names[input] = other;
        File.WriteAllText(Path.Combine(_sample.Output, "trial-inputs.json"), names.ToJsonString());
        Assert.Contains($"was begun with other inputs: {input}.", Assert.Throws<TuningException>(() => _sample.Run(Trials)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_which_nothing_was_learnt_is_a_corrected_plans()
    {
        _sample.Run("trials:\n  - {method: lora, rank: 1, learningRate: 0.001}\n");
        Directory.Delete(Path.Combine(_sample.Output, "rounds", "1"), recursive: true);
        Directory.CreateDirectory(Path.Combine(_sample.Output, "rounds", "1"));
        Assert.Equal("lora-r2-lr0.001", _sample.Run("trials:\n  - {method: lora, rank: 2, learningRate: 0.001}\n").Results[0].Id);
    }

    public void Dispose() => _sample.Dispose();
}
