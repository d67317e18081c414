using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;

namespace Loragate.Governance.Publication;

/// <summary>A small release with all that a gate puts into one.</summary>
internal sealed class TestRelease : IDisposable
{
    private readonly TestFolder _adapter = new();
    private readonly TestLedger _ledger = new();

    public TestRelease(Verdict verdict = Verdict.Approved, int notes = 0, bool logged = true)
    {
        for (var i = 0; i < notes; i++)
            _adapter.Temp.Write(FormattableString.Invariant($"adapter/notes/a-note-with-quite-a-long-name-{i}.txt"), "note"u8);
        Folder = _ledger.Temp.PathTo("release");
        _ledger.Temp.Copy(_adapter.Path, "release/adapter");
        var files = FolderManifest.Read(_adapter.Path).Files;
        Decision = VerificationSummaryTests.Decision(verdict) with { Adapter = new AdapterIdentity("adapter", FolderManifest.DigestOf(files), files) };
        Write(ReleaseLayout.ModelSignature, OmsSigner.Sign(PathTo("adapter"), Signer));
        var summary = VerificationSummaryTests.Summary() with { Decision = Decision, Subjects = Attestation.SubjectsOf(files) };
        Write(ReleaseLayout.Verdict, Attestation.Sign(summary.ToStatement(), Signer));
        Receipt = new MergeReceipt(
            new EngineInfo("loragate.merge", "0", "canonical/1", "cpu"), new CheckpointIdentity("base", Digest.Of([1]), Decision.Base!.Value), [new AppliedAdapter(Decision.Adapter, 1)], "keep", [], new CheckpointIdentity("merged", Digest.Of([1]), Digest.Of([2])), [], [], null);
        Write(ReleaseLayout.Merge, Attestation.Sign(MergeProvenance.Of(Receipt, "merge-receipt.json"), Signer));
        Write(ReleaseLayout.Evaluation, Attestation.Sign(EvaluationResult.Of(Decision, "decision.json"), Signer));
        Write(ReleaseLayout.Report, "%PDF"u8);
        if (logged)
            _ = new LedgerWriter(_ledger.Ledger, _ledger.Key).Log(Entry(), PathTo(ReleaseLayout.Proof), CancellationToken.None);
        Seal();
    }

    public string Folder { get; }

    public Decision Decision { get; }

    public MergeReceipt Receipt { get; }

    public Signer Signer => new(_adapter.Key);

    public TestLedger Ledger => _ledger;

    public string PathTo(string file) => Path.Combine([Folder, .. file.Split('/')]);

    public void Write(string file, ReadOnlySpan<byte> content) => _ledger.Temp.Write($"release/{file}", content);

    public LedgerEntry Entry() => new(
        ReleaseLayout.EntryType,
        new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero),
        [new LedgerSubject(Decision.Adapter.Name, Decision.Adapter.Digest), new LedgerSubject(ReleaseLayout.EntrySubject, ReleaseLayout.ManifestDigest(FolderManifest.Read(Folder).Files))],
        [],
        LedgerEntry.NoData);

    public void Seal() => ReleaseSeal.Sign(Folder, Decision.ComputeDigest(), Signer, null);

    public IReadOnlyList<VerificationFinding> Verify(bool withLog) =>
        ReleaseVerifier.Verify(Folder, new KeyTrust(_adapter.Key.Public), withLog ? _ledger.Log : null, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _adapter.Dispose();
        _ledger.Dispose();
    }
}
