using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>A release of which the ledger holds a revocation.</summary>
/// <param name="Manifest">The release's manifest digest.</param>
/// <param name="Number">Its number among those of its adapter's name; null where no gate gave it one.</param>
/// <param name="Entry">The entry that revokes it.</param>
/// <param name="Signer">The id of who revoked it; null where nobody known did.</param>
/// <param name="Why">Who revoked it, by which entry, and why.</param>
public sealed record RevokedRelease(Digest Manifest, int? Number, long Entry, string? Signer, string Why)
{
    /// <summary>Every revocation of a release with exactly this adapter.</summary>
    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    /// <param name="adapter">The adapter's digest.</param>
    /// <param name="trust">Who may revoke; null tells only that somebody did.</param>
    public static IReadOnlyList<RevokedRelease> Of(LedgerHistory history, Digest adapter, TrustPolicy? trust)
    {
        ArgumentNullException.ThrowIfNull(history);
        var revocations = new LoggedRevocations(history, trust);
        return
        [
            .. from release in history.OfType(ReleaseLayout.EntryType)
               where release.Entry.Subjects.Any(subject => subject.Sha256 == adapter)
               let manifest = ReleaseLayout.ManifestIn(release.Entry)
               where manifest is not null
               from revocation in revocations.Of(manifest.Value)
               select new RevokedRelease(manifest.Value, DecisionData.Read(release.Entry)?.Release, revocation.Logged.Index, revocation.Signer, Tell(revocation)),
        ];
    }

    /// <summary>The last revocation of a release with exactly an adapter: what people said of it before is void. Null where nobody revoked one.</summary>
    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    /// <param name="adapter">The adapter's digest.</param>
    /// <param name="trust">Who may revoke; null hears everybody.</param>
    public static AdapterRevocation? LastOf(LedgerHistory history, Digest adapter, TrustPolicy? trust) =>
        new LoggedRevocations(history, trust).LastOf(adapter) is { } last ? new AdapterRevocation(last.Logged.Index, last.Signer, last.Reason) : null;

    /// <summary>
    /// Whether a logged decision names a revocation or a later one. Who approves names the decision that he saw, so it alone tells whether he knew: when his word reached
    /// the ledger, or in which bytes, others may have arranged, and a gate may log after a revocation what it judged before.
    /// </summary>
    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    /// <param name="decision">The decision's digest.</param>
    /// <param name="revocation">The revocation's entry.</param>
    public static bool IsKnownTo(LedgerHistory history, Digest decision, long revocation)
    {
        ArgumentNullException.ThrowIfNull(history);
        return history.First(DecisionData.EntryType, decision) is { } logged && DecisionData.Read(logged.Entry)?.Revocation is { } known && known >= revocation && known < logged.Index;
    }

    private static string Tell(LoggedRevocation revocation) => revocation switch
    {
        { Words: { } known } => known,
        { Fault: not null } => $"entry {revocation.Logged.Index} revokes it, signed by nobody whom the trust policy names",
        _ => $"entry {revocation.Logged.Index} revokes it; by whom and why, 'status' tells",
    };
}
