using System.Text;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class VerifyTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("routing-good", true)]
    [InlineData("routing-good", false)]
    [InlineData("routing-damaged", true)]
    public void Machines_read_what_was_and_what_was_not_proved(string adapter, bool withLog)
    {
        var result = Verification(demo.DossierOf(adapter), withLog);
        var decision = Record.ReadFile<Decision>(Path.Combine(demo.DossierOf(adapter), "decision.json"));
        Assert.Equal(("dossier", adapter, true), (result.Kind, result.Name, result.Holds));
        Assert.Equal((decision.Policy, decision.Verdict), (result.Judgement!.Policy, result.Judgement.Verdict));
        Assert.Equal(withLog, result.Ledger is not null);
        Assert.Equal(withLog, !result.NotProved.Any(sentence => sentence.StartsWith("that the ledger holds it", StringComparison.Ordinal)));
        Assert.NotEmpty(result.Proved);
    }

    [Fact]
    public void A_release_names_its_policy_by_digest()
    {
        var release = Path.Combine(demo.DossierOf("routing-good"), "release");
        var policy = Record.ReadFile<Decision>(Path.Combine(demo.DossierOf("routing-good"), "decision.json")).Policy;
        Assert.Equal(policy, Verification(release, withLog: true).Judgement!.Policy);
        var shown = Executable.Must("verify", release, "--key", demo.PublicKey).Error;
        Assert.Contains($"{policy.Name} {policy.Version}, SHA-256 {policy.Digest.Hex}", shown, StringComparison.Ordinal);
        Assert.Contains("Not proved: that the ledger holds it", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_hold_is_a_finding_for_machines_too()
    {
        var release = _temp.Copy(Path.Combine(demo.DossierOf("routing-good"), "release"), "release");
        File.AppendAllText(Path.Combine(release, "report.pdf"), "x");
        var output = Executable.Run("verify", release, "--key", demo.PublicKey, "--json");
        Assert.Equal(3, output.ExitCode);
        var result = Record.Parse<Verification>(Encoding.UTF8.GetBytes(output.Output[..^1]), "standard output");
        Assert.Equal("report.pdf", Assert.Single(result.Findings).Place);
        Assert.Equal((false, (Judgement?)null), (result.Holds, result.Judgement));
        Assert.Empty(result.Proved);
    }

    [Fact]
    public void A_release_copied_over_a_dossier_does_not_hide_that_the_dossier_was_changed()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-good"), "dossier");
        foreach (var file in Files.Of(Path.Combine(dossier, "release")))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(dossier, file))!);
            File.Copy(Path.Combine(dossier, "release", file), Path.Combine(dossier, file), overwrite: true);
        }
        File.AppendAllText(Path.Combine(dossier, "inspection.json"), " ");
        var result = Executable.Run("verify", dossier, "--key", demo.PublicKey, "--vkey", demo.VKey);
        Assert.Equal(3, result.ExitCode);
        Assert.All(new[] { "inspection.json", "adapter/adapter_config.json", "release.tlog-proof" }, file => Assert.Contains(file, result.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void The_report_of_a_refusal_is_proved_to_be_logged()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-noop"), "dossier");
        Executable.Must("verify", dossier, "--key", demo.PublicKey, "--vkey", demo.VKey);
        File.Copy(Path.Combine(dossier, "decision.tlog-proof"), Path.Combine(dossier, "report.tlog-proof"), overwrite: true);
        var result = Executable.Run("verify", dossier, "--key", demo.PublicKey, "--vkey", demo.VKey);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("not a 'report'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_is_rendered_from_a_verified_dossier_or_says_that_nobody_verified_it()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-noop"), "dossier");
        Executable.Must("report", "--dossier", dossier, "--output", _temp.PathTo("checked.pdf"), "--key", demo.PublicKey, "--vkey", demo.VKey);
        Assert.Contains("were not checked", Executable.Must("report", "--dossier", dossier, "--output", _temp.PathTo("unchecked.pdf")).Error, StringComparison.Ordinal);
        Assert.NotEqual(File.ReadAllBytes(_temp.PathTo("checked.pdf")), File.ReadAllBytes(_temp.PathTo("unchecked.pdf")));
        var path = Path.Combine(dossier, "decision.json");
        File.WriteAllBytes(path, (Record.ReadFile<Decision>(path) with { Verdict = Verdict.Approved }).ToCanonicalJson());
        var result = Executable.Run("report", "--dossier", dossier, "--output", _temp.PathTo("forged.pdf"), "--key", demo.PublicKey);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("decision.json", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.PathTo("forged.pdf")));
    }

    [Fact]
    public void A_verifier_holds_the_verdict_against_adapter_policy_tasks_and_data_of_his_own()
    {
        var release = Path.Combine(demo.DossierOf("routing-good"), "release");
        string[] all = ["verify", release, "--key", demo.PublicKey, "--vkey", demo.VKey, "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--adapter", Executable.Adapter("routing-good")];
        var shown = Executable.Must(all).Error;
        Assert.DoesNotContain("Not proved", shown, StringComparison.Ordinal);
        var decision = Record.ReadFile<Decision>(Path.Combine(demo.DossierOf("routing-good"), "decision.json"));
        string[] named = [decision.Adapter.Digest.Hex, decision.Base!.Value.Hex, decision.Policy.Digest.Hex, .. decision.Tasks.SelectMany(task => new[] { task.TaskDigest.Hex, task.DataDigest.Hex })];
        Assert.All(named, digest => Assert.Contains(digest, shown, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("adapter", "adapters/routing-dora")]
    [InlineData("policy", "policies/policy.yaml")]
    [InlineData("task", "policies/tasks/sample_facts.yaml")]
    [InlineData("data", "the data of 'facts'")]
    public void An_input_of_his_own_that_was_not_the_judged_one_is_named(string changed, string named)
    {
        var (adapter, policy, data) = (Executable.Adapter("routing-good"), Executable.DemoPolicy, Executable.Samples);
        switch (changed)
        {
            case "adapter":
                adapter = Executable.Adapter("routing-dora");
                break;
            case "policy":
                policy = TestPolicy.Pinned(_temp, ("margin: 0.1", "margin: 0.2"));
                break;
            case "task":
                policy = _temp.Write("policies/demo.yaml", File.ReadAllBytes(Executable.DemoPolicy));
                _temp.Copy(Path.Combine(Executable.Samples, "tasks"), Path.Combine("samples", "tasks"));
                File.AppendAllText(_temp.PathTo("samples", "tasks", "sample_facts.yaml"), "# easier\n");
                named = "samples/tasks/sample_facts.yaml";
                break;
            default:
                data = _temp.PathTo("samples");
                _temp.Copy(Path.Combine(Executable.Samples, "data"), Path.Combine("samples", "data"));
                File.AppendAllText(_temp.PathTo("samples", "data", "facts.jsonl"), "\n");
                break;
        }
        var result = Executable.Run("verify", demo.DossierOf("routing-good"), "--key", demo.PublicKey, "--policy", policy, "--data", data, "--adapter", adapter);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(named, Assert.Single(result.Error.Split('\n'), line => line.StartsWith("Does not hold", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private Verification Verification(string folder, bool withLog)
    {
        var output = Executable.Must(["verify", folder, "--key", demo.PublicKey, "--json", .. withLog ? new[] { "--vkey", demo.VKey } : []]).Output;
        return Record.Parse<Verification>(Encoding.UTF8.GetBytes(output[..^1]), "standard output");
    }
}
