using System.Text;
using System.Text.Json;
using System.Xml.Linq;
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

    [Theory]
    [InlineData("routing-good", 0, 0)]
    [InlineData("routing-noop", 1, 1)]
    public void The_decision_is_written_for_code_scanning_for_test_reports_and_for_a_summary_page(string adapter, int code, int leastFailures)
    {
        var (sarif, junit, summary) = (_temp.PathTo("gate.sarif"), _temp.PathTo("gate.xml"), _temp.PathTo("gate.md"));
        var result = Gate(adapter, Executable.DemoPolicy, "--cache", Cache(), "--key", demo.Key, "--sarif", sarif, "--junit", junit, "--summary", summary);
        Assert.True(result.ExitCode == code, result.Error);
        var decision = Record.ReadFile<Decision>(_temp.PathTo("dossier", "decision.json"));
        using var log = JsonDocument.Parse(File.ReadAllBytes(sarif));
        Assert.Equal(decision.ComputeDigest().Hex, log.RootElement.GetProperty("runs")[0].GetProperty("properties").GetProperty("decisionSha256").GetString());
        var suite = XDocument.Load(junit).Root!;
        Assert.Equal(decision.Rules.Count, (int)suite.Attribute("tests")!);
        Assert.InRange((int)suite.Attribute("failures")!, leastFailures, decision.Rules.Count);
        Assert.StartsWith($"## {decision.Verdict}: {adapter}\n", File.ReadAllText(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_with_a_certificate_makes_a_release_that_verifies_under_its_root()
    {
        var key = _temp.PathTo("gate.pem");
        Executable.Must("keys", "new", "--type", "p256", "--output", key, "--self-signed", "gate");
        string[] more = ["--key", key, "--certificate", key + ".crt"];
        Assert.Equal(0, Gate("routing-good", Executable.DemoPolicy, [.. more]).ExitCode);
        var release = Files.Digests(_temp.PathTo("dossier", "release"));
        Executable.Must("verify", _temp.PathTo("dossier", "release"), "--roots", key + ".crt");
        Executable.Must("verify", _temp.PathTo("dossier"), "--roots", key + ".crt");
        Assert.Equal(3, Executable.Run("verify", _temp.PathTo("dossier", "release"), "--key", key + ".pub").ExitCode);
        Assert.Equal(0, Gate("routing-good", Executable.DemoPolicy, [.. more]).ExitCode);
        Assert.Equal(release, Files.Digests(_temp.PathTo("dossier", "release")));
    }

    [Fact]
    public void An_adapter_of_very_many_files_is_judged_and_logged()
    {
        using var gate = new SampleGate();
        var adapter = _temp.Copy(Executable.Adapter("routing-good"), "routing-good");
        for (var i = 0; i < 1500; i++)
            _temp.Write(FormattableString.Invariant($"routing-good/notes/a-note-with-quite-a-long-name-{i}.md"), "note"u8);
        string[] arguments = [.. gate.Arguments("--cache", Cache()).Select(word => word == Executable.Adapter("routing-good") ? adapter : word)];
        var result = Executable.Run(arguments);
        Assert.True(result.ExitCode == 0, result.Error);
        Executable.Must("verify", gate.Dossier, "--key", gate.Key + ".pub", "--vkey", gate.VKey);
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
