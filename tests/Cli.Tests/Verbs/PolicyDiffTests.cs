using System.Text;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Policies.Comparing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class PolicyDiffTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void Past_dossiers_are_decided_again_and_what_would_have_been_blocked_is_told()
    {
        var stricter = TestPolicy.Pinned(_temp, ("    minimum: 0.1\n", "    minimum: 0.85\n"), ("{discordance: 0.5, assumedDifference: 0.25,", "{discordance: 0.95, assumedDifference: 0.92,"), ("version: \"1.0\"", "version: \"2.0\""));
        var (diff, result) = Diff(Executable.DemoPolicy, stricter, [.. Dossiers, "--key", demo.PublicKey, "--vkey", demo.VKey]);
        Assert.Equal(["rules.routes-better.minimum", "rules.routes-better.plan.assumedDifference", "rules.routes-better.plan.discordance", "version"], diff.Changes.Where(change => !change.Key.EndsWith(".file", StringComparison.Ordinal)).Select(change => change.Key).Order(StringComparer.Ordinal));
        Assert.Equal(Dossiers.Length, diff.Dossiers.Count);
        Assert.All(diff.Dossiers, shift => Assert.Equal(shift.Verdict, shift.Before.Verdict));
        Assert.All(diff.Dossiers, shift => Assert.NotNull(shift.Signer));
        Assert.Contains(diff.Dossiers, shift => shift.Before.Verdict == Verdict.Approved && shift.After.Verdict != Verdict.Approved);
        Assert.Contains("the verdict changes in", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_whose_evidence_a_dossier_lacks_is_undecided()
    {
        var more = TestPolicy.Pinned(_temp, ("    task: facts\n", "    task: corpus\n"), ("    metric: acc\n    margin: 0.1", "    metric: loglikelihood\n    margin: 0.1"), ("plan: {discordance: 0.2, power: 0.9}", "plan: {deviation: 0.4, power: 0.9}"), ("rules:\n", "  corpus:\n    file: tasks/sample_corpus.yaml\n    purpose: Plain text.\n\nrules:\n"));
        var (diff, _) = Diff(Executable.DemoPolicy, more, demo.DossierOf("routing-good"), "--key", demo.PublicKey);
        var shift = Assert.Single(diff.Dossiers);
        Assert.Equal(Verdict.Undecided, shift.After.Verdict);
        Assert.Equal(["remembers-facts"], shift.After.Undecided);
    }

    [Fact]
    public void A_task_is_found_by_its_pins_under_another_name()
    {
        var renamed = TestPolicy.Pinned(_temp, ("  facts:\n", "  knowledge:\n"), ("    task: facts\n", "    task: knowledge\n"));
        var (diff, _) = Diff(Executable.DemoPolicy, renamed, demo.DossierOf("routing-good"), "--key", demo.PublicKey);
        Assert.Equal(Verdict.Approved, Assert.Single(diff.Dossiers).After.Verdict);
    }

    [Fact]
    public void A_signed_dossier_is_decided_only_after_somebody_is_trusted()
    {
        var result = Executable.Run("policy", "diff", Executable.DemoPolicy, Executable.DemoPolicy, demo.DossierOf("routing-good"));
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("Whom to trust?", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_dossier_is_refused_and_the_file_named()
    {
        var copy = _temp.Copy(demo.DossierOf("routing-good"), "dossier");
        var report = Path.Combine(copy, "evaluations", "candidate", "facts.json");
        Files.FlipBit(report, new Random(5));
        var result = Executable.Run("policy", "diff", Executable.DemoPolicy, Executable.DemoPolicy, copy, "--key", demo.PublicKey);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("evaluations/candidate/facts.json", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void An_unsigned_dossier_is_said_to_be_one_and_its_records_are_those_that_it_cites()
    {
        var copy = _temp.Copy(demo.DossierOf("routing-good"), "unsigned");
        File.Delete(Path.Combine(copy, "seal.sigstore.json"));
        var (diff, result) = Diff(Executable.DemoPolicy, Executable.DemoPolicy, copy);
        Assert.Empty(diff.Changes);
        Assert.Null(Assert.Single(diff.Dossiers).Signer);
        Assert.Contains("not signed", result.Error, StringComparison.Ordinal);
        Files.FlipBit(Path.Combine(copy, "evaluations", "base", "facts.json"), new Random(6));
        Assert.Equal(3, Executable.Run("policy", "diff", Executable.DemoPolicy, Executable.DemoPolicy, copy).ExitCode);
    }

    [Fact]
    public void With_a_trust_policy_approvals_count_under_the_policy_that_they_were_given_under()
    {
        using var gate = new PeopleGate(demo);
        Assert.Equal(2, gate.Run().ExitCode);
        Assert.Equal(0, gate.Approve("reviewer", "reviewer").ExitCode);
        Assert.Equal(0, gate.Approve("risk", "risk-owner").ExitCode);
        Assert.Equal(0, gate.Run().ExitCode);
        var (diff, _) = Diff(gate.Policy, Executable.DemoPolicy, gate.Dossier, "--trust", gate.Trust, "--vkey", gate.Gate.VKey);
        var shift = Assert.Single(diff.Dossiers);
        Assert.Equal((Verdict.Approved, Verdict.Approved, Verdict.Approved), (shift.Verdict, shift.Before.Verdict, shift.After.Verdict));
        var edited = _temp.Write("policies/edited.yaml", Encoding.UTF8.GetBytes(File.ReadAllText(gate.Policy) + "# another digest\n"));
        TestPolicy.Pinned(_temp);
        var (voided, _) = Diff(gate.Policy, edited, gate.Dossier, "--trust", gate.Trust);
        Assert.Equal(["people-agree"], Assert.Single(voided.Dossiers).After.Undecided);
    }

    public void Dispose() => _temp.Dispose();

    private string[] Dossiers => [.. Directory.EnumerateDirectories(demo.PathTo("dossiers")).Order(StringComparer.Ordinal)];

    private static (PolicyDiff Diff, ShellResult Result) Diff(string before, string after, params string[] more)
    {
        var result = Executable.Must(["policy", "diff", before, after, "--json", .. more]);
        return (Record.Parse<PolicyDiff>(Encoding.UTF8.GetBytes(result.Output.TrimEnd()), "output"), result);
    }
}
