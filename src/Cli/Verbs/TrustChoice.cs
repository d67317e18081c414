using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>Whom a verifier chose to trust, read from the command line once.</summary>
/// <param name="Policy">The trust policy; null where a key or certificates are trusted.</param>
/// <param name="HasTime">Whether a time was named on the command line.</param>
/// <param name="IsTimeless">Whether it is a bare key, which is valid at any time.</param>
/// <param name="Asked">The time that was named, or now.</param>
/// <param name="SignersAt">The signers who are trusted at a proved time; at the one that was named, or now, where none is proved.</param>
internal sealed record TrustChoice(TrustPolicy? Policy, bool HasTime, bool IsTimeless, DateTimeOffset Asked, Func<DateTimeOffset?, SignerTrust> SignersAt)
{
    /// <summary>When a ledger logged what is verified, by the proof in it: keys and certificates are judged at that time, however late somebody asks. Null where nothing proves one, or a time was named.</summary>
    /// <param name="log">The ledger's key, or null.</param>
    /// <param name="find">Finds the time that the proof shows under it.</param>
    public DateTimeOffset? LoggedTime(LedgerVerifier? log, Func<LedgerVerifier, DateTimeOffset?> find) => HasTime || IsTimeless || log is null ? null : find(log);
}
