using Loragate.Cli.Verbs;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verifying;

/// <summary>How a release is verified before it is handed on: like <c>verify</c> does.</summary>
/// <param name="Choice">Whom to trust.</param>
/// <param name="Log">The ledger's key, or null.</param>
/// <param name="WitnessedProof">A proof of the release's entry that witnesses have cosigned; null where none was given.</param>
internal sealed record ReleaseCheck(TrustChoice Choice, LedgerVerifier? Log, string? WitnessedProof)
{
    /// <summary>The trust policy that names the signer; null where a key or certificates are trusted.</summary>
    public TrustPolicy? Policy => Choice.Policy;

    /// <summary>What holds of a release and what does not.</summary>
    public Verification Verify(string release, CancellationToken cancellationToken) => FolderVerifier.VerifyRelease(
        new VerifyRequest(release, null, SignersOf(release, cancellationToken), Log, new ExpectedInputs(null, null, null)) { People = Policy, WitnessedProof = WitnessedProof, Asked = DateOnly.FromDateTime(Choice.Asked.UtcDateTime) },
        cancellationToken);

    private SignerTrust SignersOf(string release, CancellationToken cancellationToken) => Choice.SignersAt(Choice.LoggedTime(Log, log => ReleaseVerifier.LoggedTime(release, log, cancellationToken)));
}
