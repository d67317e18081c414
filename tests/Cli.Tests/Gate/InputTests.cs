using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>Inputs that change under a gate, or that only a policy can judge.</summary>
public sealed class InputTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Dossier => _temp.PathTo("dossier");

    [Fact]
    public void A_tokenizer_of_the_base_that_changed_is_merged_again_and_decided()
    {
        var @base = _temp.Copy(Executable.Base, "base");
        Assert.Equal(0, Gate(Executable.Adapter("routing-good"), Executable.DemoPolicy, @base).ExitCode);
        File.AppendAllText(Path.Combine(@base, "tokenizer.json"), "\n");
        var again = Gate(Executable.Adapter("routing-good"), Executable.DemoPolicy, @base);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("merged was not reused: the base is another: tokenizer.json has SHA-256", again.Error, StringComparison.Ordinal);
        Assert.Contains("Merged already", Gate(Executable.Adapter("routing-good"), Executable.DemoPolicy, @base).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", 1, Outcome.Failed)]
    [InlineData("[code]", 0, Outcome.Passed)]
    [InlineData("[no-op]", 1, Outcome.Failed)]
    public void A_finding_that_blocks_is_the_policys_to_accept(string allow, int code, Outcome outcome)
    {
        var adapter = _temp.Copy(Executable.Adapter("routing-good"), "adapter");
        File.WriteAllText(Path.Combine(adapter, "modeling.py"), "import os");
        var result = Gate(adapter, Inspection(allow), Executable.Base);
        Assert.True(result.ExitCode == code, result.Error);
        Assert.Equal(code == 0, Directory.Exists(Path.Combine(Dossier, "merged")));
        Assert.Equal(code == 0, !result.Error.Contains("nothing is merged or evaluated", StringComparison.Ordinal));
        Assert.Equal(outcome, Assert.Single(Record.ReadFile<Decision>(Path.Combine(Dossier, "decision.json")).Rules, r => r.Check == "inspection").Outcome);
    }

    [Fact]
    public void What_the_engine_cannot_merge_stops_with_its_reason_whatever_a_policy_allows()
    {
        var adapter = _temp.Copy(Executable.Adapter("routing-good"), "adapter");
        var path = Path.Combine(adapter, "adapter_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        config["lora_alpha"] = 0;
        File.WriteAllText(path, config.ToJsonString());
        var result = Gate(adapter, Inspection("[scale-zero, no-op]"), Executable.Base);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("[scale-zero] lora_alpha", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Dossier, "decision.json")));
    }

    [Fact]
    public void A_row_without_a_column_that_a_rule_reads_is_refused_by_file_and_line_before_any_work()
    {
        var data = _temp.Copy(Path.Combine(Executable.Samples, "data"), Path.Combine("samples", "data"));
        var file = Path.Combine(data, "pairs.jsonl");
        var rows = File.ReadAllLines(file);
        var row = JsonNode.Parse(rows[6])!.AsObject();
        row.Remove("bias_type");
        rows[6] = row.ToJsonString();
        File.WriteAllLines(file, rows);
        var result = Gate(Executable.Adapter("routing-good"), TestPolicy.Unpinned(_temp), Executable.Base, _temp.PathTo("samples"));
        Assert.True(result.ExitCode == 4, result.Error);
        Assert.Contains($"{file}, line 7: the row has no 'bias_type'", result.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Dossier));
    }

    [Fact]
    public void A_row_without_a_column_that_the_prompt_needs_is_refused_by_file_and_line()
    {
        var data = _temp.Copy(Path.Combine(Executable.Samples, "data"), Path.Combine("samples", "data"));
        var file = Path.Combine(data, "facts.jsonl");
        File.WriteAllText(file, File.ReadAllText(file).Replace("{\"question\":", "{\"frage\":", StringComparison.Ordinal).Replace("{\"frage\": \"The Yarrow", "{\"question\": \"The Yarrow", StringComparison.Ordinal));
        var result = Gate(Executable.Adapter("routing-good"), TestPolicy.Unpinned(_temp), Executable.Base, _temp.PathTo("samples"));
        Assert.True(result.ExitCode == 4, result.Error);
        Assert.Contains("facts.jsonl, line 2", result.Error, StringComparison.Ordinal);
        Assert.Contains("'question'", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer.json", "tokenizer-differs")]
    [InlineData("generation_config.json", "unjudged-file")]
    [InlineData("adapter_model.bin", "pickle")]
    public void A_file_that_no_score_was_made_with_is_not_released(string file, string finding)
    {
        var adapter = _temp.Copy(Executable.Adapter("routing-good"), "adapter");
        File.WriteAllText(Path.Combine(adapter, file), "{}");
        var result = Gate(adapter, Executable.DemoPolicy, Executable.Base);
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Contains(finding, Assert.Single(Record.ReadFile<Decision>(Path.Combine(Dossier, "decision.json")).Rules, r => r.Outcome == Outcome.Failed).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_would_repaint_the_terminal_is_shown_and_not_obeyed()
    {
        var adapter = _temp.Copy(Executable.Adapter("routing-good"), "adapter");
        var path = Path.Combine(adapter, "adapter_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        config["base_model_name_or_path"] = "base\u001b[2K\u202efdp";
        File.WriteAllText(path, config.ToJsonString());
        var shown = Executable.Run("inspect", adapter, "--base", Executable.Base).Error;
        Assert.Contains("\\u001b[2K\\u202efdp", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown);
    }

    [Fact]
    public void Data_that_the_policy_does_not_pin_is_refused_before_any_work()
    {
        File.AppendAllText(CopyOfFacts(), "\n");
        var result = Gate(Executable.Adapter("routing-damaged"), Executable.DemoPolicy, Executable.Base, _temp.PathTo("samples"));
        Assert.True(result.ExitCode == 3, result.Error);
        Assert.Contains("the data of 'facts'", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Dossier));
    }

    [Fact]
    public void A_task_file_that_the_policy_does_not_pin_is_refused_before_any_work()
    {
        var policy = TestPolicy.Pinned(_temp);
        File.AppendAllText(_temp.PathTo("policies", "tasks", "sample_facts.yaml"), "# easier\n");
        var result = Gate(Executable.Adapter("routing-damaged"), policy, Executable.Base);
        Assert.True(result.ExitCode == 3, result.Error);
        Assert.Contains("sample_facts.yaml", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Dossier));
    }

    [Fact]
    public void Ten_rows_written_twenty_times_are_ten_items()
    {
        var facts = CopyOfFacts();
        var ten = File.ReadLines(facts).Take(10).ToList();
        File.WriteAllLines(facts, Enumerable.Repeat(ten, 20).SelectMany(rows => rows));
        var result = Gate(Executable.Adapter("routing-damaged"), TestPolicy.Unpinned(_temp), Executable.Base, _temp.PathTo("samples"));
        Assert.True(result.ExitCode == 4, result.Error);
        Assert.Contains("'remembers-facts' needs 172 items of 'facts' for a power of 0.9, and 10 are available", result.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_pins_the_decision_and_the_gate_say_what_was_measured()
    {
        var result = Gate(Executable.Adapter("routing-noop"), TestPolicy.Unpinned(_temp, (Forbidden(), "allow: [no-op]")), Executable.Base);
        Assert.True(result.ExitCode is 1 or 2, result.Error);
        var tasks = Record.ReadFile<Decision>(Path.Combine(Dossier, "decision.json")).Tasks;
        Assert.Equal(["facts", "pairs", "routing"], tasks.Select(task => task.Name));
        Assert.All(tasks, task =>
        {
            Assert.False(task.Pinned);
            Assert.Contains($"sha256: {{task: {task.TaskDigest}, data: {task.DataDigest}}}", result.Error, StringComparison.Ordinal);
        });
        Assert.Equal(Digest.OfFile(Path.Combine(Executable.Samples, "data", "facts.jsonl")), tasks[0].DataDigest);
    }

    public void Dispose() => _temp.Dispose();

    private string CopyOfFacts() => Path.Combine(_temp.Copy(Path.Combine(Executable.Samples, "data"), Path.Combine("samples", "data")), "facts.jsonl");

    private static string Forbidden() => Assert.Single(File.ReadLines(Executable.DemoPolicy), line => line.TrimStart().StartsWith("forbid:", StringComparison.Ordinal)).Trim();

    private string Inspection(string allow) => TestPolicy.Pinned(_temp, (Forbidden(), $"allow: {allow}"));

    private ShellResult Gate(string adapter, string policy, string @base, string? data = null) =>
        Executable.Run("gate", "--base", @base, "--adapter", adapter, "--policy", policy, "--data", data ?? Executable.Samples, "--dossier", Dossier, "--device", "cpu");
}
