using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>What the proofs inside a report say of the ledger.</summary>
public sealed class ReportLedgerProofTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void That_nothing_proves_the_decision_logged_is_told()
    {
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null);
        var contents = ReportEvidence.Of(evidence.Files.Where(file => file.Path != "decision.tlog-proof")).ToContents(signaturesAreChecked: true);
        var report = _temp.Write("unlogged.pdf", demo.Sign(contents));
        Assert.Contains("Not proved: that a ledger holds the decision: no proof of it is inside", Executable.Must("verify", report, "--key", demo.PublicKey).Error, StringComparison.Ordinal);
        Assert.Equal(3, demo.Verify(report).ExitCode);
    }

    [Fact]
    public void A_plan_that_is_not_logged_or_only_after_its_decision_is_refused()
    {
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null);
        byte[] With(params EvidenceFile[] proof) => demo.Sign(ReportEvidence.Of([.. evidence.Files.Where(file => file.Path != "plan.tlog-proof"), .. proof]).ToContents(signaturesAreChecked: true));
        demo.AssertRefused(With(), "plan.tlog-proof: the plan is not proved to be in the ledger");
        using var key = LedgerKey.Read(demo.LedgerKey);
        // What is logged already is not logged again: another policy makes it another entry.
        var late = PlanEntry.Of(evidence.Records.Plan!.Record, evidence.Decision.Policy with { Version = "later" }, evidence.Decision.Adapter, evidence.Records.Run.Created);
        _ = new LedgerWriter(LedgerFolder.Open(_temp.Copy(demo.Ledger, "ledger")), key).Log(late, _temp.PathTo("late.tlog-proof"), TestContext.Current.CancellationToken);
        demo.AssertRefused(With(new EvidenceFile("plan.tlog-proof", File.ReadAllBytes(_temp.PathTo("late.tlog-proof")), evidence.Records.Run.Created)), "the plan was logged after the decision");
    }

    [Fact]
    public void The_proof_of_another_ledger_is_refused()
    {
        _ = KeyFile.New(_temp.PathTo("ledger.pem"), KeyType.Ed25519);
        using var key = LedgerKey.Read(_temp.PathTo("ledger.pem"));
        File.WriteAllText(_temp.PathTo("ledger.vkey"), key.VerifierFor("other.example/log") + "\n");
        var shown = Executable.Run("verify", demo.ReportOf("routing-good"), "--key", demo.PublicKey, "--vkey", _temp.PathTo("ledger.vkey"));
        Assert.Equal(3, shown.ExitCode);
        Assert.Contains("decision.tlog-proof", shown.Error, StringComparison.Ordinal);
        // The proof of another decision in the same log, under the gate's own key.
        var contents = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null).ToContents(signaturesAreChecked: true);
        var other = new EvidenceFile("decision.tlog-proof", File.ReadAllBytes(Path.Combine(demo.DossierOf("routing-noop"), "decision.tlog-proof")), contents.Run.Created);
        demo.AssertRefused(demo.Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != other.Path), other] }), "is not about 'decision.json'");
    }

    [Theory]
    [InlineData("decision.tlog-proof", "routing-dora", "the logged entry is not about 'decision.json'")]
    [InlineData("plan.tlog-proof", "routing-good", "the logged entry is a 'decision', not a 'plan'")]
    public void A_proof_of_something_else_is_printed_nowhere_and_refused_without_the_ledgers_key_too(string proof, string adapter, string because)
    {
        var dossier = _temp.Copy(demo.DossierOf("routing-good"), "dossier");
        var contents = ReportEvidence.OfDossier(dossier, _ => null).ToContents(signaturesAreChecked: true);
        var other = Path.Combine(demo.DossierOf(adapter), "decision.tlog-proof");
        File.Copy(other, Path.Combine(dossier, proof), overwrite: true);
        var printed = Executable.Run("report", "--dossier", dossier, "--output", _temp.PathTo("report.html"));
        Assert.Equal(4, printed.ExitCode);
        Assert.Contains(because, printed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.PathTo("report.html")));
        var report = demo.Sign(contents with { Files = [.. contents.Files.Where(file => file.Path != proof), new EvidenceFile(proof, File.ReadAllBytes(other), contents.Run.Created)] });
        var verified = Executable.Run("verify", _temp.Write("planted.pdf", report), "--key", demo.PublicKey);
        Assert.Equal(3, verified.ExitCode);
        Assert.Contains(because, verified.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();
}
