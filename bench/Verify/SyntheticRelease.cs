using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;

namespace Loragate.Bench.Verify;

/// <summary>A release as a gate makes one, around an adapter of a given size.</summary>
internal static class SyntheticRelease
{
    private const string Origin = "example.com/bench";

    /// <summary>Writes <c>release/</c>, <c>gate.pem.pub</c> and <c>ledger.vkey</c> into a folder.</summary>
    public static void Write(string folder, int adapterBytes)
    {
        string PathTo(string file) => Path.Combine([folder, .. file.Split('/')]);
        void Put(string file, ReadOnlySpan<byte> bytes)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathTo(file))!);
            File.WriteAllBytes(PathTo(file), bytes);
        }

        Put("gate.pem.pub", Encoding.ASCII.GetBytes(KeyFile.New(PathTo("gate.pem"), KeyType.P256)));
        KeyFile.New(PathTo("ledger.pem"), KeyType.Ed25519);
        using var key = SigningKey.Read(PathTo("gate.pem"));
        using var ledgerKey = LedgerKey.Read(PathTo("ledger.pem"));
        Put("ledger.vkey", Encoding.ASCII.GetBytes($"{ledgerKey.VerifierFor(Origin)}\n"));

        var weights = new byte[adapterBytes];
        new Random(1).NextBytes(weights);
        Put("release/adapter/adapter_model.safetensors", weights);
        Put("release/adapter/adapter_config.json", "{\"peft_type\":\"LORA\"}"u8);
        Put("release/report.pdf", weights.AsSpan(0, 100_000));
        var signer = new Signer(key);
        var adapter = FolderManifest.Read(PathTo("release/adapter"));
        var identity = new AdapterIdentity("adapter", adapter.Digest, adapter.Files);
        var decision = new Decision(new PolicyIdentity("bench", "1", Digest.Of([1])), new DateOnly(2026, 1, 15), identity, Digest.Of([2]), [], Verdict.Approved, [], []);
        var summary = new VerificationSummary
        {
            VerifierId = "urn:example:gate",
            VerifierVersion = "0",
            TimeVerified = new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero),
            ResourceUri = "pkg:generic/adapter",
            PolicyUri = "policy.yaml",
            Decision = decision,
            Subjects = Attestation.SubjectsOf(adapter.Files),
        };
        Put("release/model.sig", OmsSigner.Sign(PathTo("release/adapter"), signer));
        Put("release/attestations/verdict.sigstore.json", Attestation.Sign(summary.ToStatement(), signer));
        var receipt = new MergeReceipt(
            new EngineInfo("loragate.merge", "0", "canonical/1", "cpu"), new CheckpointIdentity("base", Digest.Of([3]), decision.Base!.Value), [new AppliedAdapter(identity, 1)], "keep", [],
            new CheckpointIdentity("merged", Digest.Of([3]), Digest.Of([4])), [], [], null);
        Put($"release/{ReleaseLayout.Merge}", Attestation.Sign(MergeProvenance.Of(receipt, "merge-receipt.json"), signer));
        Put($"release/{ReleaseLayout.Evaluation}", Attestation.Sign(EvaluationResult.Of(decision, "decision.json"), signer));
        var manifest = ReleaseLayout.ManifestDigest(FolderManifest.Read(PathTo("release")).Files);
        var entry = new LedgerEntry(ReleaseLayout.EntryType, summary.TimeVerified, [new LedgerSubject("adapter", adapter.Digest), new LedgerSubject(ReleaseLayout.EntrySubject, manifest)], [], LedgerEntry.NoData);
        _ = new LedgerWriter(LedgerFolder.Init(PathTo("ledger"), Origin, ledgerKey), ledgerKey).Log(entry, PathTo("release/release.tlog-proof"), CancellationToken.None);
        ReleaseSeal.Sign(PathTo("release"), decision.ComputeDigest(), signer, null);
    }
}
