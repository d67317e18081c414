using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>Whom a verifier chose to trust, read from the command line once.</summary>
/// <param name="Policy">The trust policy; null where a key or certificates are trusted.</param>
/// <param name="HasTime">Whether a time was named on the command line.</param>
/// <param name="SignersAt">The signers who are trusted at a proved time; at the one that was named, or now, where none is proved.</param>
internal sealed record TrustChoice(TrustPolicy? Policy, bool HasTime, Func<DateTimeOffset?, SignerTrust> SignersAt);
