using Loragate.Artifacts;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Auditing;

/// <summary>The revocations that a ledger holds. Each signature is verified once.</summary>
internal sealed class LoggedRevocations
{
    private readonly Lazy<IReadOnlyList<LoggedRevocation>> _all;
    private readonly Lazy<ILookup<Digest, LoggedRevocation>> _byRelease;

    /// <param name="history">The ledger's entries, after they hashed to its signed root.</param>
    /// <param name="trust">Who may revoke; null tells only that somebody did.</param>
    public LoggedRevocations(LedgerHistory history, TrustPolicy? trust)
    {
        _all = new(() => [.. history.OfType(Revocation.EntryType).Select(logged => Read(logged, trust))]);
        _byRelease = new(() => _all.Value.Where(revocation => revocation.Release is not null).ToLookup(revocation => revocation.Release!.Value));
    }

    /// <summary>Every revocation, in the ledger's order.</summary>
    public IReadOnlyList<LoggedRevocation> All => _all.Value;

    /// <summary>Those of a release, in the ledger's order.</summary>
    /// <param name="release">Its manifest digest.</param>
    public IEnumerable<LoggedRevocation> Of(Digest release) => _byRelease.Value[release];

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
