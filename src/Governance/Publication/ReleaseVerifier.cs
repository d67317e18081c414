using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Approvals;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>
/// Verifies a release folder, offline: the gate's seal over every file, the adapter's signature, the verdict and all statements beside it, and with a verifier key
/// the ledger's proof. With a trust policy also the signatures of who approved and waived.
/// </summary>
public static class ReleaseVerifier
{
    private const string AdapterPrefix = ReleaseLayout.Adapter + "/";
    private static readonly string[] Marks = [ReleaseLayout.Seal, ReleaseLayout.Verdict, ReleaseLayout.Proof];

    /// <summary>Whether a folder has the shape of a release, be it one that lost some of its files.</summary>
    public static bool IsRelease(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Marks.Any(mark => Path.Exists(Path.Combine(folder, mark)))
            || Directory.Exists(Path.Combine(folder, ReleaseLayout.Adapter)) && File.Exists(Path.Combine(folder, ReleaseLayout.ModelSignature));
    }

    /// <summary>Everything that does not hold, each with its file; empty where all does.</summary>
    /// <param name="folder">The release.</param>
    /// <param name="trust">Who is trusted to have signed it.</param>
    /// <param name="log">The ledger's key; null proves nothing of the ledger, although the seal still covers the proof's bytes.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public static IReadOnlyList<VerificationFinding> Verify(string folder, SignerTrust trust, LedgerVerifier? log, CancellationToken cancellationToken = default) =>
        Verify(folder, trust, log, null, cancellationToken);

    /// <summary>The same by whoever has the ledger itself, and so knows when each person signed.</summary>
    /// <param name="folder">The release.</param>
    /// <param name="trust">Who is trusted to have signed it.</param>
    /// <param name="log">The ledger's key.</param>
    /// <param name="times">When people signed; null where nothing tells.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public static IReadOnlyList<VerificationFinding> Verify(string folder, SignerTrust trust, LedgerVerifier? log, SignatureTimes? times, CancellationToken cancellationToken)
    {
        try
        {
            var files = FolderManifest.Read(folder, cancellationToken).Files;
            var (logged, unproved) = log is null ? (null, null) : ReadEntry(folder, files, log);
            VerificationFinding[] open = unproved is null ? [] : [unproved];
            return
            [
                .. ReleaseSeal.Verify(folder, files, trust),
                .. CheckModel(folder, trust, cancellationToken),
                .. CheckVerdict(folder, files, trust, times, logged is null ? null : DecisionData.Read(logged)),
                .. open,
            ];
        }
        catch (FolderException e)
        {
            return [new VerificationFinding(SignatureFault.UnsafeEntry, Path.GetRelativePath(folder, e.Place), e.Fault)];
        }
    }

    /// <summary>
    /// When the ledger logged a release, by the proof in it; null where that does not hold. All that was signed in it, but the seal that was made over it afterwards, existed
    /// then, so it is the time at which the gate's key or certificate must have counted.
    /// </summary>
    /// <param name="folder">The release.</param>
    /// <param name="log">The ledger's key.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public static DateTimeOffset? LoggedTime(string folder, LedgerVerifier log, CancellationToken cancellationToken = default)
    {
        try
        {
            return ReadEntry(folder, FolderManifest.Read(folder, cancellationToken).Files, log).Entry?.Time;
        }
        catch (FolderException)
        {
            return null;
        }
    }

    /// <summary>The same and, with a verifier key, that the witnesses have cosigned the release's entry where the trust policy names some: what everybody who is handed a release asks of it.</summary>
    /// <param name="folder">The release.</param>
    /// <param name="trust">Who is trusted to have signed it.</param>
    /// <param name="log">The ledger's key; null proves nothing of the ledger.</param>
    /// <param name="witnessedProof">A later proof of the release's entry; null where there is only the release's own.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public static IReadOnlyList<VerificationFinding> VerifyWitnessed(string folder, SignerTrust trust, LedgerVerifier? log, string? witnessedProof, CancellationToken cancellationToken = default)
    {
        var findings = Verify(folder, trust, log, cancellationToken);
        return findings.Count == 0 && log is not null && trust is RoleTrust { Policy.Witnesses: { } quorum }
            ? WitnessedRelease.Verify(folder, witnessedProof, log, quorum)
            : findings;
    }

    /// <summary>What the verdict in a release says, once the release was verified under the same trust.</summary>
    /// <exception cref="SignatureException">It was not, or does not hold any more.</exception>
    public static Judgement Judgement(string folder, SignerTrust trust)
    {
        var bundle = PlainFile.Read(Path.Combine(folder, ReleaseLayout.Verdict), SigstoreBundle.MaxBytes);
        var statement = Attestation.Verify(bundle, trust, VerificationSummary.PredicateType, ReleaseLayout.Verdict).Statement
            ?? throw new SignatureException(SignatureFault.BadSignature, ReleaseLayout.Verdict, "the verdict does not hold");
        return VerificationSummary.Read(statement, ReleaseLayout.Verdict) ?? throw new SignatureException(SignatureFault.OtherPredicate, ReleaseLayout.Verdict, "a verdict of another program");
    }

    /// <summary>The rules that waivers in a release lift, once the release was verified: no signature is looked at again.</summary>
    /// <param name="folder">The release.</param>
    /// <param name="asked">The day for which somebody asks, UTC.</param>
    /// <exception cref="SignatureException">It was not verified, or was changed since.</exception>
    public static IReadOnlyList<LiftedRule> Lifted(string folder, DateOnly asked)
    {
        Statement Said(string file) => Statement.Parse(SigstoreBundle.Parse(PlainFile.Read(Path.Combine(folder, file), SigstoreBundle.MaxBytes), file).Envelope.Payload, file);
        var warned = EvaluationResult.WarnedIn(Said(ReleaseLayout.Evaluation), ReleaseLayout.Evaluation);
        var waivers = FolderManifest.List(folder).Where(ReleaseLayout.IsEndorsement).Select(file => (File: file, Statement: Said(file))).Where(said => said.Statement.PredicateType == Waiver.PredicateType).Select(said => Waiver.Read(said.Statement, said.File));
        return LiftedRule.Of(waivers.Where(waiver => warned.Contains(waiver.Rule)).Select(waiver => (waiver.Rule, waiver.Until)), asked);
    }

    private static (LedgerEntry? Entry, VerificationFinding? Fault) ReadEntry(string folder, IReadOnlyList<FileEntry> files, LedgerVerifier log)
    {
        try
        {
            return (LoggedEntry.Open(folder, ReleaseLayout.Proof, log, ReleaseLayout.EntryType, new LedgerSubject(ReleaseLayout.EntrySubject, ReleaseLayout.ManifestDigest(files))), null);
        }
        catch (SignatureException e)
        {
            return (null, e.ToFinding());
        }
    }

    private static IReadOnlyList<VerificationFinding> CheckModel(string folder, SignerTrust trust, CancellationToken cancellationToken)
    {
        var adapter = Path.Combine(folder, ReleaseLayout.Adapter);
        if (!Directory.Exists(adapter))
            return [new VerificationFinding(SignatureFault.MissingFile, ReleaseLayout.Adapter, "the adapter is missing")];
        var signature = Path.Combine(folder, ReleaseLayout.ModelSignature);
        return File.Exists(signature)
            ? OmsVerifier.Verify(adapter, PlainFile.Read(signature, SigstoreBundle.MaxBytes), trust, ReleaseLayout.ModelSignature, cancellationToken).Findings
            : [new VerificationFinding(SignatureFault.MissingFile, ReleaseLayout.ModelSignature, "the adapter's signature is missing")];
    }

    private static IEnumerable<VerificationFinding> CheckVerdict(string folder, IReadOnlyList<FileEntry> files, SignerTrust trust, SignatureTimes? times, DecisionData? logged)
    {
        var path = Path.Combine(folder, ReleaseLayout.Verdict);
        if (!File.Exists(path))
            return [new VerificationFinding(SignatureFault.MissingFile, ReleaseLayout.Verdict, "the verdict is missing")];
        var result = Attestation.Verify(PlainFile.Read(path, SigstoreBundle.MaxBytes), trust, VerificationSummary.PredicateType, ReleaseLayout.Verdict);
        if (!result.IsValid)
            return result.Findings;
        var adapter = files.Where(file => file.Path.StartsWith(AdapterPrefix, StringComparison.Ordinal)).Select(file => file with { Path = file.Path[AdapterPrefix.Length..] }).ToList();
        try
        {
            List<VerificationFinding> findings = [.. CheckVerdict(result.Statement!, adapter)];
            if (findings.Count > 0)
                return findings;
            var judgement = VerificationSummary.Read(result.Statement!, ReleaseLayout.Verdict)!;
            return
            [
                .. new ReleaseStatements(folder, trust, judgement, VerificationSummary.DecisionOf(result.Statement!), adapter).Verify(),
                .. new ReleaseEndorsements(folder, (trust as RoleTrust)?.Policy, times, judgement, adapter, logged).Verify(files),
            ];
        }
        catch (SignatureException e)
        {
            return [e.ToFinding()];
        }
    }

    private static IEnumerable<VerificationFinding> CheckVerdict(Statement statement, IReadOnlyList<FileEntry> adapter)
    {
        var judgement = VerificationSummary.Read(statement, ReleaseLayout.Verdict);
        if (judgement?.Verdict != Artifacts.Records.Deciding.Verdict.Approved)
            yield return new VerificationFinding(SignatureFault.OtherPredicate, ReleaseLayout.Verdict, "the verdict is not PASSED");
        if (!Attestation.Covers(statement, adapter) || judgement?.AdapterDigest != FolderManifest.DigestOf(adapter))
            yield return new VerificationFinding(SignatureFault.OtherSubject, ReleaseLayout.Verdict, "the verdict is about other files than the adapter's");
    }
}
