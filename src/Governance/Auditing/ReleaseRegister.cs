using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>What a ledger says of releases: which stand, which are superseded, which are revoked.</summary>
/// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
/// <param name="trust">Who may sign what.</param>
/// <param name="times">When people signed.</param>
/// <param name="witnessed">How many of the first entries the trust policy's witnesses have cosigned; null where it names none.</param>
public sealed class ReleaseRegister(LedgerHistory history, TrustPolicy trust, SignatureTimes times, long? witnessed)
{
    private readonly Lazy<ILookup<long?, AuditFinding>> _breaches = new(() => ReleaseAuditor.Audit(history, trust, times).ToLookup(finding => finding.Index));
    private readonly LoggedRevocations _revocations = new(history, trust);

    /// <summary>Reads a ledger, which must begin with what it has signed before.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="log">Its key.</param>
    /// <param name="trust">Who may sign what.</param>
    /// <param name="folders">Releases and dossiers that are at hand: proofs of releases are held against the ledger, time stamps are heard.</param>
    /// <param name="seen">Files of checkpoints and proofs that were kept from before.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <exception cref="IntegrityException">The ledger was changed, rolled back or rewritten, or is another key's.</exception>
    /// <exception cref="LedgerException">One of <paramref name="seen"/> is no checkpoint and no proof.</exception>
    public static ReleaseRegister Read(LedgerFolder ledger, LedgerVerifier log, TrustPolicy trust, IReadOnlyList<string> folders, IEnumerable<string> seen, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(trust);
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(folders);
        foreach (var file in seen)
            ledger.RequireBeginning(SeenCheckpoint.ReadCheckpoint(file, log), log, file);
        foreach (var proof in folders.Select(folder => Path.Combine(folder, ReleaseLayout.Proof)).Where(File.Exists))
        {
            if (LoggedEntry.TryReadCheckpoint(proof, log) is { } own)
                ledger.RequireBeginning(own, log, proof);
        }
        var history = LedgerHistory.Of(ledger.ReadEntries(log, cancellationToken));
        return new ReleaseRegister(history, trust, SignatureTimes.Of(history, folders, trust), ledger.CountWitnessed(log, trust.Witnesses));
    }

    /// <summary>The entry of a release folder; null where the ledger holds none.</summary>
    public static LoggedEvent? Find(LedgerHistory history, Digest manifest)
    {
        ArgumentNullException.ThrowIfNull(history);
        var subject = new LedgerSubject(ReleaseLayout.EntrySubject, manifest);
        return history.OfType(ReleaseLayout.EntryType).FirstOrDefault(logged => logged.Entry.Subjects.Contains(subject));
    }

    /// <summary>The decision that a release rests on; null where the ledger holds none.</summary>
    internal static LoggedEvent? DecisionUnder(LedgerHistory history, LoggedEvent release) =>
        release.Entry.Evidence.FirstOrDefault(evidence => evidence.Kind == Decision.SchemaName) is { } decided ? history.First(DecisionData.EntryType, decided.Sha256) : null;

    /// <summary>The entries by which a release is judged: its own, its decision's, and those of the approvals and waivers that the decision counts.</summary>
    internal static IEnumerable<long> EntriesUnder(LedgerHistory history, LoggedEvent release)
    {
        if (DecisionUnder(history, release) is not { } decision)
            return [release.Index];
        var judged = DecisionData.Read(decision.Entry);
        var approvals = (judged?.Approvals ?? []).Select(approval => history.First(EndorsementEntry.Approval, approval.Sha256));
        var waivers = (judged?.Waivers ?? []).SelectMany(waiver => waiver.Signatures).Select(signature => history.First(EndorsementEntry.Waiver, signature.Sha256));
        return [release.Index, decision.Index, .. approvals.Concat(waivers).OfType<LoggedEvent>().Select(logged => logged.Index).Distinct()];
    }

    /// <summary>Every release, in the ledger's order.</summary>
    internal IEnumerable<LoggedEvent> Releases => history.OfType(ReleaseLayout.EntryType);

    /// <summary>The last release of the same adapter's name before another one that still stands and is of another adapter: with the other, its own adapter is taken back. Null where none does.</summary>
    public LoggedEvent? LastGood(LoggedEvent release)
    {
        ArgumentNullException.ThrowIfNull(release);
        var number = NumberOf(release);
        return Standing(release).Where(logged => NumberOf(logged) < number && ReleaseLayout.AdapterIn(logged.Entry) != ReleaseLayout.AdapterIn(release.Entry)).MaxBy(NumberOf);
    }

    /// <summary>What a release is, as far as the ledger tells: its folder is not looked at.</summary>
    public ReleaseState StateOf(LoggedEvent release)
    {
        ArgumentNullException.ThrowIfNull(release);
        return Objections(release).Any() ? ReleaseState.Broken
            : Revocations(release).Any() ? ReleaseState.Revoked
            : Latest(release) > NumberOf(release) ? ReleaseState.Superseded
            : ReleaseState.Current;
    }

    /// <summary>What a release folder is.</summary>
    /// <param name="folder">The release.</param>
    /// <param name="log">The ledger's key.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    /// <exception cref="FolderException">No such folder, or it holds what no release holds.</exception>
    public ReleaseStatus StatusOf(string folder, LedgerVerifier log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(log);
        var manifest = ReleaseLayout.ManifestDigest(FolderManifest.Read(folder, cancellationToken).Files);
        if (Find(history, manifest) is not { } release)
            return new ReleaseStatus(ReleaseState.Unknown, log.Name, null, null, null, [$"the ledger holds no release with the manifest {manifest}: the folder was changed, or was never logged"]);
        var (name, number) = (Printable.Of(release.Entry.Subjects[0].Name), DecisionData.Read(release.Entry)?.Release);
        List<string> broken = [.. ReleaseVerifier.Verify(folder, trust.TrustIn(TrustedSigner.Gate, release.Entry.Time), log, times, cancellationToken).Select(finding => finding.ToString()), .. Objections(release)];
        List<string> revoked = [.. Revocations(release)];
        var latest = Latest(release);
        return (broken, revoked) switch
        {
            ({ Count: > 0 }, _) => new ReleaseStatus(ReleaseState.Broken, log.Name, name, number, latest, [.. broken, .. revoked]),
            (_, { Count: > 0 }) => new ReleaseStatus(ReleaseState.Revoked, log.Name, name, number, latest, revoked),
            _ when latest > (number ?? 0) => new ReleaseStatus(ReleaseState.Superseded, log.Name, name, number, latest, [$"release {latest} of {name} stands"]),
            _ => new ReleaseStatus(ReleaseState.Current, log.Name, name, number, latest, []),
        };
    }

    private static int NumberOf(LoggedEvent release) => DecisionData.Read(release.Entry)?.Release ?? 0;

    /// <summary>The releases of the same adapter's name that stand: nobody revoked them, and the ledger says nothing against them.</summary>
    private IEnumerable<LoggedEvent> Standing(LoggedEvent release) => Releases
        .Where(logged => logged.Entry.Subjects[0].Name == release.Entry.Subjects[0].Name && !Revocations(logged).Any() && !Objections(logged).Any());

    private int? Latest(LoggedEvent release) => Standing(release).Select(logged => DecisionData.Read(logged.Entry)?.Release).Max();

    /// <summary>What the ledger says against a release by the trust policy of today, revocations aside; one of nobody known is a fault, not a word.</summary>
    private IEnumerable<string> Objections(LoggedEvent release)
    {
        foreach (var breach in EntriesUnder(history, release).SelectMany(entry => _breaches.Value[entry]))
            yield return breach.ToString();
        if (release.Index >= witnessed)
            yield return new AuditFinding(release.Index, $"the release is not among the {witnessed} entries that the quorum of witnesses has cosigned: others may be shown another history").ToString();
        foreach (var unknown in _revocations.Of(ReleaseLayout.ManifestIn(release.Entry) ?? default).Where(revocation => !revocation.Counts))
            yield return $"{LoggedStatement.PlaceOf(unknown.Logged)}: {unknown.Fault}";
    }

    /// <summary>Who revoked a release, or another one with exactly its adapter, and why.</summary>
    private IEnumerable<string> Revocations(LoggedEvent release) => _revocations.Against(release).Select(revocation => revocation.Release == ReleaseLayout.ManifestIn(release.Entry)
        ? revocation.Words!
        : $"another release with exactly this adapter, manifest {revocation.Release!.Value.Abbreviated}, was revoked: {revocation.Words}");
}
