using System.Text;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class EvaluateTasksTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_group_is_found_by_name_and_told_with_its_average()
    {
        _temp.Write("tasks/both.yaml", "group: both\ntask: [sample_routing, short]\naggregate_metric_list: [{metric: acc}]\n"u8);
        _temp.Write("tasks/short.yaml", Encoding.UTF8.GetBytes($"include: {Path.Combine(Executable.Samples, "tasks", "sample_routing.yaml")}\ntask: short\n"));
        File.Copy(Path.Combine(Executable.Samples, "tasks", "sample_routing.yaml"), _temp.PathTo("tasks/sample_routing.yaml"));
        var result = Executable.Must([.. Arguments("both", _temp.PathTo("scores")), "--include", _temp.PathTo("tasks"), "--limit", "8"]);
        Assert.Contains("acc,none", result.Error, StringComparison.Ordinal);
        Assert.Equal(["sample_routing.json", "short.json"], Directory.GetFiles(_temp.PathTo("scores")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_name_that_no_task_has_is_malformed_input()
    {
        var result = Executable.Run([.. Arguments("nobody", _temp.PathTo("scores")), "--include", Path.Combine(Executable.Samples, "tasks")]);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("neither a task file nor a task, group or tag", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("scores")));
    }

    [Fact]
    public void A_model_without_a_chat_template_is_not_evaluated_in_chats()
    {
        var result = Executable.Run([.. Arguments(Routing, _temp.PathTo("scores")), "--chat-template"]);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("no chat template", result.Error, StringComparison.Ordinal);
        Assert.Equal(64, Executable.Run([.. Arguments(Routing, _temp.PathTo("scores")), "--multi-turn"]).ExitCode);
    }

    [Fact]
    public void What_is_exported_can_be_imported_and_says_so()
    {
        Executable.Must([.. Arguments(Routing, _temp.PathTo("own")), "--limit", "12", "--export", _temp.PathTo("run")]);
        var result = Executable.Must([.. Arguments(Routing, _temp.PathTo("theirs")), "--limit", "12", "--imported", _temp.PathTo("run")]);
        Assert.Contains("is its word", result.Error, StringComparison.Ordinal);
        var (own, theirs) = (Read("own"), Read("theirs"));
        Assert.Null(own.Imported);
        Assert.NotNull(theirs.Imported);
        Assert.Equal(own.Metrics, theirs.Metrics);
    }

    [Theory]
    [InlineData(false, 2, "evidence-imported")]
    [InlineData(true, 0, null)]
    public void A_gate_counts_imported_scores_only_where_the_policy_accepts_them(bool accepts, int exitCode, string? reason)
    {
        var policy = TestPolicy.Pinned(_temp, ("  routing:\n", accepts ? "  routing:\n    acceptImported: true\n" : "  routing:\n"));
        string[] gate = ["gate", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--policy", policy, "--data", Executable.Samples, "--device", "cpu"];
        Executable.Must([.. gate, "--dossier", _temp.PathTo("first"), "--cache", _temp.PathTo("cache")]);
        foreach (var (name, model) in new[] { ("base", Executable.Base), ("candidate", _temp.PathTo("first", "merged")) })
            Executable.Must([.. Arguments(Routing, _temp.PathTo(name + "-scores"), model), "--export", _temp.PathTo("runs", name)]);
        var result = Executable.Run([.. gate, "--dossier", _temp.PathTo("second"), "--cache", _temp.PathTo("cache"), "--imported", _temp.PathTo("runs"), "--json"]);
        Assert.Equal(exitCode, result.ExitCode);
        var decision = Record.Parse<Decision>(Encoding.UTF8.GetBytes(result.Output.TrimEnd('\n')), "standard output");
        Assert.True(decision.Tasks.Single(task => task.Name == "routing").Imported);
        Assert.All(decision.Tasks.Where(task => task.Name != "routing"), task => Assert.Null(task.Imported));
        if (reason is not null)
            Assert.Contains(decision.Rules, rule => rule.Task == "routing" && rule.Reason == reason);
    }

    private static string Routing => Path.Combine(Executable.Samples, "tasks", "sample_routing.yaml");

    private static string[] Arguments(string tasks, string output, string? model = null) =>
        ["evaluate", "--model", model ?? Executable.Base, "--tasks", tasks, "--data", Executable.Samples, "--device", "cpu", "--output", output];

    private EvaluationReport Read(string folder) => Record.ReadFile<EvaluationReport>(_temp.PathTo(folder, "sample_routing.json"));
}
