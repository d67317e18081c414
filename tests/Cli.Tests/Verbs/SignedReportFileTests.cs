using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Signing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

/// <summary>What a report carries that its decision does not name: the runs, by which age is judged, and records beside it.</summary>
public sealed class SignedReportFileTests(FinishedDemo demo) : IDisposable
{
    private static readonly Measurement Measured = new(new EngineInfo("loragate.measure", "0", "float32/greedy/1", "cpu"), 2, 128, 32, 5, [new MeasuredModel(ModelForm.Base, Digest.Of("base"u8), null, 0.021, 0.004, 280_000_000)]);

    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("run.json")]
    [InlineData("evaluations/candidate/pairs.run")]
    public void Evidence_that_was_made_younger_is_refused_even_under_the_gates_own_key(string run)
    {
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null);
        EvidenceFile[] younger = [.. evidence.Files.Where(file => file.Path == run).Select(file => Younger(file))];
        demo.AssertRefused(demo.Sign(With(evidence, younger)), "the run that lies beside the record has SHA-256");
    }

    [Fact]
    public void That_nothing_signed_tells_when_the_evidence_was_collected_is_told()
    {
        const string unproved = "Not proved: when the evidence was collected";
        Assert.DoesNotContain(unproved, demo.Verify(demo.ReportOf("routing-good")).Error, StringComparison.Ordinal);
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null);
        var unsigned = ReportEvidence.Of(evidence.Files.Where(file => !file.Path.EndsWith(".json.sigstore.json", StringComparison.Ordinal)));
        var shown = demo.Verify(_temp.Write("younger.pdf", demo.Sign(With(unsigned, Younger(unsigned.Files.Single(file => file.Path == "run.json"))))));
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.Contains(unproved, shown.Error, StringComparison.Ordinal);
        Assert.Contains("decision.json", shown.Error, StringComparison.Ordinal);
        // One evaluation's own run is enough: it may be the oldest.
        var one = ReportEvidence.Of(evidence.Files.Where(file => file.Path != "evaluations/candidate/pairs.json.sigstore.json"));
        Assert.Contains($"{unproved}, and so its age: no signature of the gate inside binds these to their runs: evaluations/candidate/pairs.json", demo.Verify(_temp.Write("one.pdf", demo.Sign(With(one)))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_measurement_that_the_gate_did_not_make_here_is_refused_and_an_unsigned_one_told()
    {
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null);
        using var key = SigningKey.Read(demo.Key);
        var measured = new EvidenceFile("measurement.json", Measured.ToCanonicalJson(), evidence.Records.Run.Created);
        Assert.Contains("Not proved: what measurement.json says: no signature of the gate inside binds it to the decision", demo.Verify(_temp.Write("unsigned.pdf", demo.Sign(With(evidence, measured)))).Error, StringComparison.Ordinal);
        var run = evidence.Records.Run;
        EvidenceFile Signed(Run maker) => new("measurement.json.sigstore.json", RecordSignature.Sign(Measured, maker, "measurement.json", key), run.Created);
        Assert.DoesNotContain("measurement.json", demo.Verify(_temp.Write("signed.pdf", demo.Sign(With(evidence, measured, Signed(run))))).Error, StringComparison.Ordinal);
        demo.AssertRefused(demo.Sign(With(evidence, measured, Signed(run with { Host = "elsewhere" }))), "measurement.json");
    }

    [Fact]
    public void A_bill_of_materials_that_does_not_follow_from_the_evidence_is_told()
    {
        const string unproved = "Not proved: what bom.cdx.json says";
        Assert.DoesNotContain(unproved, demo.Verify(demo.ReportOf("routing-good")).Error, StringComparison.Ordinal);
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null);
        Assert.Contains(unproved, demo.Verify(_temp.Write("bill.pdf", demo.Sign(With(evidence, new EvidenceFile("bom.cdx.json", "{}"u8.ToArray(), evidence.Records.Run.Created))))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Signatures_are_told_by_the_keys_that_they_name_and_no_other_key_may_lie_beside_them()
    {
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null);
        var whole = evidence.ToContents(signaturesAreChecked: true);
        var alone = ReportEvidence.Of(evidence.Files.Where(file => file.Path != "gate.pub.pem")).ToContents(signaturesAreChecked: false);
        Assert.Equal(whole.Signatures.Select(note => (note.File, note.KeyId)), alone.Signatures.Select(note => (note.File, note.KeyId)));
        _ = KeyFile.New(_temp.PathTo("other.pem"), KeyType.P384);
        using var other = SigningKey.Read(_temp.PathTo("other.pem"));
        var planted = With(evidence, new EvidenceFile("gate.pub.pem", System.Text.Encoding.ASCII.GetBytes(other.Public.Pem), evidence.Records.Run.Created));
        Assert.Equal(whole.Signatures.Select(note => note.KeyId), planted.Signatures.Select(note => note.KeyId));
        demo.AssertRefused(demo.Sign(planted), $"it is the key {other.Public.Hint}, and the gate signed with another");
    }

    [Fact]
    public void A_proof_without_the_ledgers_key_beside_it_is_not_called_none()
    {
        var evidence = ReportEvidence.OfDossier(demo.DossierOf("routing-good"), _ => null);
        Assert.False(evidence.ToContents(signaturesAreChecked: true).HasUnreadProof);
        var dossier = _temp.Copy(demo.DossierOf("routing-good"), "dossier");
        File.Delete(Path.Combine(dossier, "ledger.vkey"));
        Executable.Must("report", "--dossier", dossier, "--output", _temp.PathTo("report.html"));
        var page = File.ReadAllText(_temp.PathTo("report.html"));
        Assert.Contains("and no key of that ledger: it was not read", page, StringComparison.Ordinal);
        Assert.DoesNotContain("was not entered in a ledger", page, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>A report of these files, with some in the place of those of the same name, as this build draws it.</summary>
    private static ReportContents With(ReportEvidence evidence, params EvidenceFile[] planted) =>
        ReportEvidence.Of([.. evidence.Files.Where(file => planted.All(other => other.Path != file.Path)), .. planted]).ToContents(signaturesAreChecked: true) with { Build = Tool.Version };

    /// <summary>The run of a later moment of the same day, by which the decision comes out the same.</summary>
    private static EvidenceFile Younger(EvidenceFile file)
    {
        var run = Record.Parse<Run>(file.Bytes, file.Path);
        return new EvidenceFile(file.Path, (run with { Created = run.Created.AddSeconds(1) }).ToCanonicalJson(), file.Time);
    }
}
