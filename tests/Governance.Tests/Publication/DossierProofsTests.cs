using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Governance.Ledger;

namespace Loragate.Governance.Publication;

/// <summary>The proofs of a dossier that was refused a release: of its decision and of its report.</summary>
public sealed class DossierProofsTests : IDisposable
{
    private readonly TestLedger _test = new();

    public DossierProofsTests()
    {
        _test.Temp.Write("dossier/decision.json", "decision"u8);
        _test.Temp.Write("dossier/report.pdf", "report"u8);
        Log("decision", "decision.json", DossierProofs.DecisionProof);
        Log("report", "report.pdf", DossierProofs.ReportProof);
    }

    private string Folder => _test.Temp.PathTo("dossier");

    [Fact]
    public void Both_proofs_hold() => Assert.Empty(DossierProofs.Verify(Folder, _test.Log));

    [Theory]
    [InlineData("decision.json", DossierProofs.DecisionProof)]
    [InlineData("report.pdf", DossierProofs.ReportProof)]
    [InlineData(DossierProofs.DecisionProof, DossierProofs.DecisionProof)]
    [InlineData(DossierProofs.ReportProof, DossierProofs.ReportProof)]
    public void A_changed_or_missing_file_is_named(string file, string place)
    {
        var path = Path.Combine(Folder, file);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Equal(place, Assert.Single(DossierProofs.Verify(Folder, _test.Log)).Place);
        File.Delete(path);
        Assert.Equal(file, Assert.Single(DossierProofs.Verify(Folder, _test.Log)).Place);
    }

    [Fact]
    public void Neither_proof_serves_for_the_other()
    {
        File.Copy(Path.Combine(Folder, DossierProofs.DecisionProof), Path.Combine(Folder, DossierProofs.ReportProof), overwrite: true);
        Assert.Equal(DossierProofs.ReportProof, Assert.Single(DossierProofs.Verify(Folder, _test.Log)).Place);
    }

    [Fact]
    public void Another_ledgers_key_proves_nothing()
    {
        using var other = new TestLedger();
        Assert.Equal(2, DossierProofs.Verify(Folder, other.Log).Count);
    }

    [Theory]
    [InlineData("adapter", "policy", null)]
    [InlineData("another adapter", "policy", "the plan was logged for another adapter or policy than the decision judges")]
    [InlineData("adapter", "another policy", "the plan was logged for another adapter or policy than the decision judges")]
    public void A_plan_is_logged_for_what_the_decision_judges(string adapter, string policy, string? finding)
    {
        _test.Temp.Write("dossier/plan.json", "plan"u8);
        Log(PlanEntry.EntryType, "plan.json", DossierProofs.PlanProof, adapter, policy);
        Log("decision", "decision.json", DossierProofs.DecisionProof, "adapter", "policy");
        Assert.Equal(finding, DossierProofs.Verify(Folder, _test.Log).SingleOrDefault()?.Message);
    }

    public void Dispose() => _test.Dispose();

    private void Log(string type, string file, string proof, string adapter, string policy)
    {
        var subject = new LedgerSubject(adapter, Digest.Of(System.Text.Encoding.UTF8.GetBytes(adapter)));
        var logged = new LedgerSubject(file, Digest.OfFile(Path.Combine(Folder, file)));
        _ = new LedgerWriter(_test.Ledger, _test.Key).Log(TestLedger.Entry(0) with { Type = type, Subjects = [subject, logged], Data = JsonSerializer.SerializeToElement(new { policy }) }, Path.Combine(Folder, proof), CancellationToken.None);
    }

    private void Log(string type, string file, string proof)
    {
        var entry = TestLedger.Entry(0) with { Type = type, Subjects = [new LedgerSubject(file, Digest.OfFile(Path.Combine(Folder, file)))] };
        _ = new LedgerWriter(_test.Ledger, _test.Key).Log(entry, Path.Combine(Folder, proof), CancellationToken.None);
    }
}
