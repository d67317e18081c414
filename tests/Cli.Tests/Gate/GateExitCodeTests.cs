using System.Text;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

public sealed class GateExitCodeTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("routing-good", 0, Verdict.Approved)]
    [InlineData("routing-biased", 1, Verdict.Rejected)]
    [InlineData("routing-noop", 1, Verdict.Rejected)]
    public void The_exit_code_is_the_verdict_and_standard_output_is_one_record(string adapter, int code, Verdict verdict)
    {
        var result = Gate(adapter, Executable.DemoPolicy, "--cache", Cache(), "--key", demo.Key, "--json");
        Assert.True(result.ExitCode == code, result.Error);
        Assert.EndsWith("}\n", result.Output, StringComparison.Ordinal);
        var decision = Record.Parse<Decision>(Encoding.UTF8.GetBytes(result.Output[..^1]), "standard output");
        Assert.Equal(verdict, decision.Verdict);
        Assert.Equal(adapter, decision.Adapter.Name);
    }

    [Fact]
    public void Too_few_items_to_tell_are_undecided()
    {
        var policy = Policy(
            """
            schema: loragate.policy/1
            name: hasty
            version: "1"
            description: Looks at very few items.
            alpha: 0.05
            tasks:
              routing:
                file: TASKS/sample_routing.yaml
                limit: 8
                purpose: Too little to tell.
            rules:
              - id: routes-better
                check: improvement
                severity: block
                why: A release needs a reason.
                controls: ["NIST AI RMF MEASURE 2.3"]
                task: routing
                metric: acc
                minimum: 0.45
                plan: {discordance: 0.95, assumedDifference: 0.9, power: 0.8}
            """);
        var result = Gate("routing-good", policy, "--json");
        Assert.True(result.ExitCode == 2, result.Error);
        var decision = Record.Parse<Decision>(Encoding.UTF8.GetBytes(result.Output[..^1]), "standard output");
        Assert.Equal(Outcome.Undecided, Assert.Single(decision.Rules).Outcome);
    }

    [Fact]
    public void Stale_evidence_is_not_approved()
    {
        Assert.Equal(0, Gate("routing-good", Executable.DemoPolicy, "--cache", Cache()).ExitCode);
        var path = _temp.PathTo("dossier", "run.json");
        File.WriteAllBytes(path, (Record.ReadFile<Run>(path) with { Created = new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero) }).ToCanonicalJson());
        var result = Gate("routing-good", Executable.DemoPolicy);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("recent-evidence", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_underpowered_plan_is_refused_before_any_work()
    {
        var result = Gate("routing-good", Policy(DemoWith("sample_facts.yaml", "sample_facts.yaml\n    limit: 20")));
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("remembers-facts", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.PathTo("dossier")));
    }

    [Fact]
    public void Every_fault_of_a_policy_is_told_with_its_line()
    {
        var text = DemoWith("severity: block", "severity: loud");
        var lines = text.Split('\n').Index().Where(line => line.Item.Contains("loud", StringComparison.Ordinal)).Select(line => line.Index + 1).ToList();
        var result = Gate("routing-good", Policy(text));
        Assert.Equal(4, result.ExitCode);
        Assert.True(lines.Count > 1);
        Assert.All(lines, line => Assert.Matches($@"\b{line}\b", result.Error));
        Assert.False(Directory.Exists(_temp.PathTo("dossier")));
    }

    [Fact]
    public void An_adapter_that_was_cut_short_is_refused_and_named()
    {
        var adapter = _temp.Copy(Executable.Adapter("routing-good"), "adapter");
        var weights = Path.Combine(adapter, "adapter_model.safetensors");
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^1]);
        var result = Executable.Run("gate", "--base", Executable.Base, "--adapter", adapter, "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--dossier", _temp.PathTo("dossier"));
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("adapter_model.safetensors", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private static string DemoWith(string old, string @new) => File.ReadAllText(Executable.DemoPolicy).Replace(old, @new, StringComparison.Ordinal);

    /// <summary>The demo's scores, as a folder of our own: a gate may write to its cache.</summary>
    private string Cache() => _temp.Copy(demo.PathTo("scores"), "scores");

    private string Policy(string text)
    {
        var tasks = _temp.Copy(Path.Combine(Executable.Samples, "tasks"), "tasks");
        var relative = Path.GetRelativePath(_temp.Path, tasks);
        return _temp.Write("policy.yaml", Encoding.UTF8.GetBytes(text.Replace("../samples/tasks", relative, StringComparison.Ordinal).Replace("TASKS", relative, StringComparison.Ordinal)));
    }

    private ShellResult Gate(string adapter, string policy, params string[] more) =>
        Executable.Run(["gate", "--base", Executable.Base, "--adapter", Executable.Adapter(adapter), "--policy", policy, "--data", Executable.Samples, "--dossier", _temp.PathTo("dossier"), "--device", "cpu", .. more]);
}
