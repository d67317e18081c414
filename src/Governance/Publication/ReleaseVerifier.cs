using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>Verifies a release folder, offline: the adapter's signature, the verdict, and with a verifier key the ledger's proof over every file.</summary>
public static class ReleaseVerifier
{
    private static readonly string[] Parts = [ReleaseLayout.Adapter, ReleaseLayout.ModelSignature, ReleaseLayout.Verdict, ReleaseLayout.Proof];

    /// <summary>Whether a folder has the shape of a release, be it one that lost some of its files.</summary>
    public static bool IsRelease(string folder) =>
        Parts.Count(part => Path.Exists(Path.Combine(folder, part))) >= 2;

    /// <summary>Everything that does not hold, each with its file; empty where all does.</summary>
    /// <param name="folder">The release.</param>
    /// <param name="key">The only signer that is trusted.</param>
    /// <param name="log">The ledger's key; null leaves the ledger's proof unchecked.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public static IReadOnlyList<VerificationFinding> Verify(string folder, VerificationKey key, LedgerVerifier? log, CancellationToken cancellationToken = default)
    {
        try
        {
            return
            [
                .. CheckModel(folder, key, cancellationToken),
                .. CheckVerdict(folder, key, cancellationToken),
                .. log is null ? [] : CheckProof(folder, log, cancellationToken),
            ];
        }
        catch (FolderException e)
        {
            return [new VerificationFinding(SignatureFault.UnsafeEntry, Path.GetRelativePath(folder, e.Place), e.Fault)];
        }
    }

    private static IReadOnlyList<VerificationFinding> CheckModel(string folder, VerificationKey key, CancellationToken cancellationToken)
    {
        var adapter = Path.Combine(folder, ReleaseLayout.Adapter);
        if (!Directory.Exists(adapter))
            return [new VerificationFinding(SignatureFault.MissingFile, ReleaseLayout.Adapter, "the adapter is missing")];
        var signature = Path.Combine(folder, ReleaseLayout.ModelSignature);
        return File.Exists(signature)
            ? OmsVerifier.Verify(adapter, File.ReadAllBytes(signature), key, ReleaseLayout.ModelSignature, cancellationToken).Findings
            : [new VerificationFinding(SignatureFault.MissingFile, ReleaseLayout.ModelSignature, "the adapter's signature is missing")];
    }

    private static IEnumerable<VerificationFinding> CheckVerdict(string folder, VerificationKey key, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, ReleaseLayout.Verdict);
        if (!File.Exists(path))
            return [new VerificationFinding(SignatureFault.MissingFile, ReleaseLayout.Verdict, "the verdict is missing")];
        var result = Attestation.Verify(File.ReadAllBytes(path), key, VerificationSummary.PredicateType, ReleaseLayout.Verdict);
        if (!result.IsValid)
            return result.Findings;
        var statement = result.Statement!;
        var files = FolderManifest.Read(Path.Combine(folder, ReleaseLayout.Adapter), cancellationToken).Files;
        return
        [
            .. statement.Predicate.TryGetProperty("verificationResult", out var verdict) && verdict.ValueKind == JsonValueKind.String && verdict.GetString() == "PASSED"
                ? []
                : new[] { new VerificationFinding(SignatureFault.OtherPredicate, ReleaseLayout.Verdict, "the verdict is not PASSED") },
            .. Attestation.Covers(statement, files)
                ? []
                : new[] { new VerificationFinding(SignatureFault.OtherSubject, ReleaseLayout.Verdict, "the verdict is about other files than the adapter's") },
        ];
    }

    private static IEnumerable<VerificationFinding> CheckProof(string folder, LedgerVerifier log, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, ReleaseLayout.Proof);
        if (!File.Exists(path))
            return [new VerificationFinding(SignatureFault.MissingFile, ReleaseLayout.Proof, "the release is not proved to be in the ledger")];
        try
        {
            var proof = TlogProof.Parse(File.ReadAllBytes(path), ReleaseLayout.Proof);
            if (proof.Extra is not { } bytes)
                return [new VerificationFinding(SignatureFault.OtherSubject, ReleaseLayout.Proof, "the proof does not carry the logged entry")];
            _ = proof.Verify(bytes.Span, log, ReleaseLayout.Proof);
            return Compare(folder, LedgerEntry.Parse(bytes, ReleaseLayout.Proof), cancellationToken);
        }
        catch (IntegrityException e)
        {
            return [new VerificationFinding(SignatureFault.OtherSubject, ReleaseLayout.Proof, e.Fault)];
        }
        catch (MalformedInputException e)
        {
            return [new VerificationFinding(SignatureFault.OtherSubject, ReleaseLayout.Proof, e.Fault)];
        }
    }

    /// <summary>The entry names every file of the release but the proof itself, and nothing else.</summary>
    private static IEnumerable<VerificationFinding> Compare(string folder, LedgerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Type != ReleaseLayout.EntryType)
            yield return new VerificationFinding(SignatureFault.OtherSubject, ReleaseLayout.Proof, $"the logged entry is a '{entry.Type}', not a release");
        var logged = entry.Subjects.ToDictionary(s => s.Name, s => s.Sha256, StringComparer.Ordinal);
        foreach (var file in FolderManifest.Read(folder, cancellationToken).Files.Where(f => f.Path != ReleaseLayout.Proof))
        {
            if (!logged.Remove(file.Path, out var digest))
                yield return new VerificationFinding(SignatureFault.ExtraFile, file.Path, "this file is not in the logged release");
            else if (digest != file.Sha256)
                yield return new VerificationFinding(SignatureFault.ChangedFile, file.Path, $"SHA-256 is {file.Sha256}, logged was {digest}");
        }
        foreach (var missing in logged.Keys)
            yield return new VerificationFinding(SignatureFault.MissingFile, missing, "this file of the logged release is missing");
    }
}
