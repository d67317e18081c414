using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>The plan is fixed before the first score, and a gate that would judge by another afterwards is refused.</summary>
public sealed class PlanTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void The_plan_is_logged_before_the_decision_that_cites_it()
    {
        var dossier = demo.DossierOf("routing-good");
        var plan = Record.ReadFile<EvaluationPlan>(Path.Combine(dossier, "plan.json"));
        Assert.Contains(new EvidenceLink("plan.json", plan.Schema, plan.ComputeDigest()), Record.ReadFile<Decision>(Path.Combine(dossier, "decision.json")).Evidence);
        Assert.True(IndexOf(dossier, "plan.tlog-proof") < IndexOf(dossier, "decision.tlog-proof"));
        Assert.Equal(["facts", "pairs", "routing"], plan.Tasks.Select(task => task.Name));
        var skill = plan.Rules.Single(rule => rule.Id == "remembers-facts");
        Assert.Equal((-0.1, null, 172, 200), (skill.Above, skill.Below, skill.ItemsNeeded, skill.ItemsAvailable));
        Assert.InRange(skill.Detectable, 0.08, 0.1);
    }

    /// <summary>The base's last norm is so large that the first pass has no finite logits: whatever lies in the ledger and the dossier then was there before it.</summary>
    [Fact]
    public void The_plan_is_in_the_ledger_before_the_first_pass_and_nothing_else_is()
    {
        using var gate = new SampleGate();
        var model = _temp.Copy(Executable.Base, "base");
        // 0x7F7F is 3.4e38, bfloat16's largest number.
        ChangedWeights.Write(model, (name, bytes) => name == "model.norm.weight" ? [.. Enumerable.Repeat((byte)0x7F, bytes.Length)] : bytes);
        var result = Executable.Run([.. gate.Arguments().Select(argument => argument == Executable.Base ? model : argument)]);
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("the model's logits are not finite", result.Error, StringComparison.Ordinal);

        var (ledger, log) = (LedgerFolder.Open(gate.Ledger), LedgerVerifier.Read(gate.VKey));
        Assert.True(ledger.Verify(log, []).IsValid);
        var entry = LedgerEntry.Parse(Assert.Single(ledger.ReadEntries(log)), gate.Ledger);
        var plan = Record.ReadFile<EvaluationPlan>(Path.Combine(gate.Dossier, "plan.json"));
        Assert.Equal("plan", entry.Type);
        Assert.Contains(plan.ComputeDigest(), entry.Subjects.Select(subject => subject.Sha256));
        Assert.Equal(0, IndexOf(gate.Dossier, "plan.tlog-proof"));
        Assert.DoesNotContain(Files.Of(gate.Dossier), file => file is "decision.json" || (file.StartsWith("evaluations/", StringComparison.Ordinal) && !file.EndsWith(".answers.jsonl", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_adapter_that_is_never_scored_has_no_plan()
    {
        var adapter = Path.Combine(_temp.Copy(Executable.Adapter("routing-good"), "adapter"), "adapter_model.safetensors");
        File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(adapter)!, "code.pkl"), [1, 2, 3]);
        var result = Gate(Path.GetDirectoryName(adapter)!, _temp.PathTo("dossier"), Executable.DemoPolicy);
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Equal(File.Exists(_temp.PathTo("dossier", "merge-receipt.json")), File.Exists(_temp.PathTo("dossier", "plan.json")));
    }

    [Theory]
    [InlineData("margin: 0.1", "margin: 0.2", "rule 'remembers-facts'")]
    [InlineData("alpha: 0.05", "alpha: 0.1", "alpha")]
    [InlineData("alpha: 0.05", "alpha: 0.05\nseed: 9", "seed")]
    public void A_plan_that_changed_after_the_scores_is_refused(string old, string @new, string named)
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var before = Files.Digests(dossier);
        var result = Gate("routing-damaged", dossier, TestPolicy.Pinned(_temp, (old, @new)));
        Assert.True(result.ExitCode == 3, result.Error);
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
        Assert.Contains("use a new --dossier", result.Error, StringComparison.Ordinal);
        Assert.Equal(before["decision.json"], Digest.OfFile(Path.Combine(dossier, "decision.json")));
    }

    [Fact]
    public void A_gate_may_score_in_the_stored_type_and_its_plan_says_so_before_both_sides_do()
    {
        var dossier = _temp.PathTo("dossier");
        var result = Gate("routing-damaged", dossier, Executable.DemoPolicy, "--dtype", "keep");
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Equal(EvaluationPlan.StoredType, Record.ReadFile<EvaluationPlan>(Path.Combine(dossier, "plan.json")).DType);
        var procedures = new[] { "base", "candidate" }.Select(who => Record.ReadFile<EvaluationReport>(Path.Combine(dossier, "evaluations", who, "routing.json")).Engine.Procedure);
        Assert.All(procedures, procedure => Assert.Contains("/bfloat16/", procedure, StringComparison.Ordinal));
        Assert.Null(Record.ReadFile<EvaluationPlan>(Path.Combine(demo.DossierOf("routing-damaged"), "plan.json")).DType);
    }

    [Fact]
    public void Another_type_to_compute_in_after_the_scores_is_another_plan()
    {
        var result = Gate("routing-damaged", _temp.Copy(demo.DossierOf("routing-damaged"), "dossier"), Executable.DemoPolicy, "--dtype", "keep");
        Assert.True(result.ExitCode == 3, result.Error);
        Assert.Contains("the type to compute in", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_that_the_items_do_not_have_is_refused_before_any_work()
    {
        var dossier = _temp.PathTo("dossier");
        var result = Gate("routing-good", dossier, TestPolicy.Pinned(_temp, ("    task: facts\n    metric: acc", "    task: facts\n    metric: accuracy")));
        Assert.True(result.ExitCode == 4, result.Error);
        Assert.Contains("'accuracy', which the items of 'facts' do not have; they have acc, acc_norm", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(dossier));
    }

    [Fact]
    public void Words_that_change_no_number_are_no_other_plan()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var result = Gate("routing-damaged", dossier, TestPolicy.Pinned(_temp, ("forget nothing that matters", "forget nothing")));
        Assert.True(result.ExitCode == 1, result.Error);
    }

    [Fact]
    public void Scores_that_lie_there_without_a_plan_are_made_again()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var report = Path.Combine(dossier, "evaluations", "candidate", "facts.json");
        var (ancient, honest) = (new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc), Digest.OfFile(report));
        File.SetLastWriteTimeUtc(report, ancient);
        Assert.Equal(1, Gate("routing-damaged", dossier, Executable.DemoPolicy).ExitCode);
        Assert.Equal(ancient, File.GetLastWriteTimeUtc(report));
        File.Delete(Path.Combine(dossier, "plan.json"));
        var result = Gate("routing-damaged", dossier, Executable.DemoPolicy);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("lie there without a plan", result.Error, StringComparison.Ordinal);
        Assert.NotEqual(ancient, File.GetLastWriteTimeUtc(report));
        Assert.Equal(honest, Digest.OfFile(report));
        Assert.True(File.Exists(Path.Combine(dossier, "plan.json")));
    }

    /// <summary>No cache is given, so nothing but the dossier could have had the scores.</summary>
    [Theory]
    [InlineData("no ledger")]
    [InlineData("another ledger")]
    [InlineData("a proof that was lost")]
    [InlineData("a proof of something else")]
    public void Scores_whose_plan_the_ledger_is_not_proved_to_hold_are_made_again_and_said(string logged)
    {
        using var gate = new SampleGate("routing-damaged");
        var (dossier, ledger) = (_temp.Copy(demo.DossierOf("routing-damaged"), "dossier"), _temp.Copy(demo.Ledger, "ledger"));
        var (proof, isElsewhere) = (Path.Combine(dossier, "plan.tlog-proof"), logged is "no ledger" or "another ledger");
        if (logged is "no ledger" or "a proof that was lost")
            File.Delete(proof);
        if (logged == "a proof of something else")
            File.Copy(Path.Combine(dossier, "decision.tlog-proof"), proof, overwrite: true);
        string[] asked = isElsewhere ? ["--ledger", gate.Ledger, "--ledger-key", gate.LedgerKey] : ["--ledger", ledger, "--ledger-key", demo.LedgerKey];
        var reports = new[] { "base", "candidate" }.SelectMany(who => new[] { "facts", "pairs", "routing" }.Select(task => Path.Combine(dossier, "evaluations", who, task + ".json"))).ToArray();
        var (ancient, honest) = (new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc), reports.ToDictionary(report => report, report => Digest.OfFile(report)));
        Array.ForEach(reports, report => File.SetLastWriteTimeUtc(report, ancient));

        var result = Gate("routing-damaged", dossier, Executable.DemoPolicy, asked);
        Assert.True(result.ExitCode == 1, result.Error);
        Assert.Contains("with a plan of which nothing proves that this ledger holds it", result.Error, StringComparison.Ordinal);
        Assert.All(reports, report => Assert.NotEqual(ancient, File.GetLastWriteTimeUtc(report)));
        Assert.All(reports, report => Assert.Equal(honest[report], Digest.OfFile(report)));
        Executable.Must("verify", dossier, "--key", demo.PublicKey, "--vkey", isElsewhere ? gate.VKey : demo.VKey);

        // From now on the ledger holds the plan, and the scores stand.
        Array.ForEach(reports, report => File.SetLastWriteTimeUtc(report, ancient));
        var again = Gate("routing-damaged", dossier, Executable.DemoPolicy, asked);
        Assert.True(again.ExitCode == 1, again.Error);
        Assert.DoesNotContain("made again", again.Error, StringComparison.Ordinal);
        Assert.All(reports, report => Assert.Equal(ancient, File.GetLastWriteTimeUtc(report)));
    }

    [Theory]
    [InlineData("decision.tlog-proof", "is a 'decision', not a 'plan'")]
    [InlineData(null, "the plan is not proved to be in the ledger")]
    public void A_plan_whose_entry_is_not_proved_does_not_verify(string? proof, string finding)
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        Executable.Must("verify", dossier, "--key", demo.PublicKey, "--vkey", demo.VKey);
        File.Delete(Path.Combine(dossier, "plan.tlog-proof"));
        if (proof is not null)
            File.Copy(Path.Combine(dossier, proof), Path.Combine(dossier, "plan.tlog-proof"));
        var result = Executable.Run("verify", dossier, "--key", demo.PublicKey, "--vkey", demo.VKey);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(finding, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_with_another_margin_than_the_one_that_decided_does_not_verify_even_under_the_gates_own_seal()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        var (planFile, decisionFile) = (Path.Combine(dossier, "plan.json"), Path.Combine(dossier, "decision.json"));
        var plan = Record.ReadFile<EvaluationPlan>(planFile);
        plan = plan with { Rules = [.. plan.Rules.Select(rule => rule.Id == "remembers-facts" ? rule with { Above = -0.02 } : rule)] };
        File.WriteAllBytes(planFile, plan.ToCanonicalJson());
        var decision = Record.ReadFile<Decision>(decisionFile);
        File.WriteAllBytes(decisionFile, (decision with { Evidence = [.. decision.Evidence.Select(link => link.Path == "plan.json" ? link with { Digest = plan.ComputeDigest() } : link)] }).ToCanonicalJson());
        using (var key = SigningKey.Read(demo.Key))
            DossierSeal.Sign(dossier, new Signer(key), TestContext.Current.CancellationToken);
        var result = Executable.Run("verify", dossier, "--key", demo.PublicKey);
        Assert.True(result.ExitCode == 3, result.Error);
        Assert.Contains("it is not the plan that the policy asks for of what was scored: rule 'remembers-facts'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_that_was_kept_before_its_report_holds_the_plan_too()
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-damaged"), "dossier");
        foreach (var report in new[] { "base", "candidate" }.SelectMany(who => Directory.EnumerateFiles(Path.Combine(dossier, "evaluations", who))).ToList())
            File.Delete(report);
        File.WriteAllText(Path.Combine(dossier, "evaluations", "base", "facts.json.answers.jsonl"), "{}\n");
        var result = Gate("routing-damaged", dossier, TestPolicy.Pinned(_temp, ("margin: 0.1", "margin: 0.2")));
        Assert.True(result.ExitCode == 3, result.Error);
        Assert.Contains("rule 'remembers-facts'", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private ShellResult Gate(string adapter, string dossier, string policy, params string[] more) => Executable.Run([
        "gate", "--base", Executable.Base, "--adapter", Path.IsPathRooted(adapter) ? adapter : Executable.Adapter(adapter), "--policy", policy, "--data", Executable.Samples, "--dossier", dossier, "--key", demo.Key, "--device", "cpu", .. more]);

    private static long IndexOf(string dossier, string proof) => TlogProof.Parse(File.ReadAllBytes(Path.Combine(dossier, proof)), proof).Index;
}
