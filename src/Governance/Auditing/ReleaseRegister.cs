using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>What a ledger says of releases: which stand, which are superseded, which are revoked.</summary>
/// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
/// <param name="trust">Who may sign what.</param>
/// <param name="stamps">When people signed, where time stamps prove it.</param>
/// <param name="witnessed">How many of the first entries the trust policy's witnesses have cosigned; null where it names none.</param>
public sealed class ReleaseRegister(LedgerHistory history, TrustPolicy trust, StampedTimes stamps, long? witnessed)
{
    private readonly Lazy<ILookup<long, AuditFinding>> _breaches = new(() => ReleaseAuditor.Audit(history, trust, stamps).ToLookup(finding => finding.Index));

    /// <summary>The entry of a release folder; null where the ledger holds none.</summary>
    public static LoggedEvent? Find(LedgerHistory history, Digest manifest)
    {
        ArgumentNullException.ThrowIfNull(history);
        var subject = new LedgerSubject(ReleaseLayout.EntrySubject, manifest);
        return history.OfType(ReleaseLayout.EntryType).FirstOrDefault(logged => logged.Entry.Subjects.Contains(subject));
    }

    /// <summary>The last release of the same adapter's name before another one that still stands: nobody revoked it, and the ledger says nothing against it. Null where none does.</summary>
    public LoggedEvent? LastGood(LoggedEvent release)
    {
        ArgumentNullException.ThrowIfNull(release);
        var number = NumberOf(release);
        return history.OfType(ReleaseLayout.EntryType)
            .Where(logged => logged.Entry.Subjects[0].Name == release.Entry.Subjects[0].Name && NumberOf(logged) < number && !IsRevoked(logged) && !Breaches(logged).Any())
            .MaxBy(NumberOf);
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
        var broken = Faults(folder, release, log, cancellationToken).ToList();
        var revoked = Revocations(manifest, broken).ToList();
        var latest = Latest(release.Entry.Subjects[0].Name);
        return (broken, revoked) switch
        {
            ({ Count: > 0 }, _) => new ReleaseStatus(ReleaseState.Broken, log.Name, name, number, latest, [.. broken, .. revoked]),
            (_, { Count: > 0 }) => new ReleaseStatus(ReleaseState.Revoked, log.Name, name, number, latest, revoked),
            _ when latest > (number ?? 0) => new ReleaseStatus(ReleaseState.Superseded, log.Name, name, number, latest, [$"release {latest} of {name} stands"]),
            _ => new ReleaseStatus(ReleaseState.Current, log.Name, name, number, latest, []),
        };
    }

    /// <summary>The folder against the keys that counted when it was logged, and the entries that it rests on against the trust policy of today.</summary>
    private IEnumerable<string> Faults(string folder, LoggedEvent release, LedgerVerifier log, CancellationToken cancellationToken)
    {
        return ReleaseVerifier.Verify(folder, trust.TrustIn(TrustedSigner.Gate, release.Entry.Time), log, cancellationToken).Select(finding => finding.ToString())
            .Concat(Breaches(release).Select(finding => finding.ToString()));
    }

    private IEnumerable<AuditFinding> Breaches(LoggedEvent release)
    {
        var decision = release.Entry.Evidence.Select(evidence => history.First(DecisionData.EntryType, evidence.Sha256)).FirstOrDefault(logged => logged is not null);
        foreach (var breach in _breaches.Value[release.Index].Concat(decision is null ? [] : _breaches.Value[decision.Index]))
            yield return breach;
        if (release.Index >= witnessed)
            yield return new AuditFinding(release.Index, $"the release is not among the {witnessed} entries that the quorum of witnesses has cosigned: others may be shown another history");
    }

    private static int NumberOf(LoggedEvent release) => DecisionData.Read(release.Entry)?.Release ?? 0;

    /// <summary>Who revoked a release and why; a revocation of nobody known is a fault, not a word.</summary>
    private IEnumerable<string> Revocations(Digest manifest, List<string> faults)
    {
        foreach (var logged in history.OfType(Revocation.EntryType).Where(logged => logged.Entry.Subjects.Contains(new LedgerSubject(ReleaseLayout.EntrySubject, manifest))))
        {
            string? reason = null;
            try
            {
                var revocation = Revocation.Read(logged, trust, out var signer);
                reason = $"{signer} revoked it (entry {logged.Index}): {revocation.Reason}";
            }
            catch (SignatureException e)
            {
                faults.Add($"{e.Place}: {e.Fault}");
            }
            if (reason is not null)
                yield return reason;
        }
    }

    private int? Latest(string name) => history.OfType(ReleaseLayout.EntryType)
        .Where(logged => logged.Entry.Subjects[0].Name == name && !IsRevoked(logged))
        .Select(logged => DecisionData.Read(logged.Entry)?.Release)
        .Max();

    private bool IsRevoked(LoggedEvent release) =>
        ReleaseLayout.ManifestIn(release.Entry) is { } manifest && Revocations(manifest, []).Any();
}
