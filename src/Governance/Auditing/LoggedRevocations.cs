using Loragate.Artifacts;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>The revocations that a ledger holds. Each signature is verified once.</summary>
internal sealed class LoggedRevocations
{
    private readonly LedgerHistory _history;
    private readonly Lazy<IReadOnlyList<LoggedRevocation>> _all;
    private readonly Lazy<ILookup<Digest, LoggedRevocation>> _byRelease;
    private readonly Lazy<ILookup<Digest, LoggedRevocation>> _byAdapter;

    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    /// <param name="trust">Who may revoke; null tells only that somebody did.</param>
    public LoggedRevocations(LedgerHistory history, TrustPolicy? trust)
    {
        _history = history;
        _all = new(() => [.. history.OfType(Revocation.EntryType).Select(logged => Read(logged, trust))]);
        _byRelease = new(() => _all.Value.Where(revocation => revocation.Release is not null).ToLookup(revocation => revocation.Release!.Value));
        _byAdapter = new(() => _all.Value.Where(revocation => revocation.Counts && AdapterOf(revocation) is not null).ToLookup(revocation => AdapterOf(revocation)!.Value));
    }

    /// <summary>Every revocation, in the ledger's order.</summary>
    public IReadOnlyList<LoggedRevocation> All => _all.Value;

    /// <summary>Those of a release, in the ledger's order, whether or not they count.</summary>
    /// <param name="release">Its manifest digest.</param>
    public IEnumerable<LoggedRevocation> Of(Digest release) => _byRelease.Value[release];

    /// <summary>The last one that counts of any release with exactly an adapter, before an entry; null where there is none.</summary>
    /// <param name="adapter">The adapter's digest.</param>
    /// <param name="before">The entry; the end of the ledger unless told otherwise.</param>
    public LoggedRevocation? LastOf(Digest adapter, long before = long.MaxValue) => _byAdapter.Value[adapter].LastOrDefault(revocation => revocation.Logged.Index < before);

    /// <summary>
    /// Those that count against a release: of itself, and of any other release with exactly its adapter since its own decision was logged. What was revoked before that
    /// decision, people have decided anew, or the audit finds that they have not.
    /// </summary>
    public IEnumerable<LoggedRevocation> Against(LoggedEvent release)
    {
        var manifest = ReleaseLayout.ManifestIn(release.Entry);
        var decided = (ReleaseRegister.DecisionUnder(_history, release) ?? release).Index;
        return _byAdapter.Value[ReleaseLayout.AdapterIn(release.Entry)].Where(revocation => revocation.Release == manifest || revocation.Logged.Index > decided);
    }

    private Digest? AdapterOf(LoggedRevocation revocation) =>
        revocation.Release is { } manifest && ReleaseRegister.Find(_history, manifest) is { } release ? ReleaseLayout.AdapterIn(release.Entry) : null;

    private static LoggedRevocation Read(LoggedEvent logged, TrustPolicy? trust)
    {
        var named = ReleaseLayout.ManifestIn(logged.Entry);
        if (trust is null)
            return new LoggedRevocation(logged, named);
        try
        {
            var revocation = Revocation.Read(logged, trust, out var signer);
            return new LoggedRevocation(logged, revocation.Release, signer, revocation.Reason);
        }
        catch (SignatureException e)
        {
            return new LoggedRevocation(logged, named, Fault: e.Fault);
        }
    }
}
