using Loragate.Artifacts;
using Loragate.Governance.Ledger;

namespace Loragate.Governance.Auditing;

/// <summary>An entry that revokes a release, and whose word it is.</summary>
/// <param name="Logged">The entry.</param>
/// <param name="Release">The manifest digest of the release: of a word that counts the one that was signed, otherwise the one that the entry names; null where it names none.</param>
/// <param name="Signer">The id of who signed it; null where nobody known did, or nobody was asked for.</param>
/// <param name="Reason">Why; null like the signer.</param>
/// <param name="Fault">Why it counts for nothing; null where it counts, or nobody was asked for.</param>
internal sealed record LoggedRevocation(LoggedEvent Logged, Digest? Release, string? Signer = null, string? Reason = null, string? Fault = null)
{
    /// <summary>Whether it takes the release back.</summary>
    public bool Counts => Fault is null;

    /// <summary>Who revoked the release, by which entry, and why; null where nobody known did.</summary>
    public string? Words => Signer is null ? null : $"{Signer} revoked it (entry {Logged.Index}): {Reason}";
}
