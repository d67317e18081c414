using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verifying;

/// <summary>How a release is verified before it is handed on: like <c>verify</c> does.</summary>
/// <param name="Trust">The signer.</param>
/// <param name="Policy">The trust policy that names the signer; null where a key or certificates are trusted.</param>
/// <param name="Log">The ledger's key, or null.</param>
/// <param name="WitnessedProof">A proof of the release's entry that witnesses have cosigned; null where none was given.</param>
internal sealed record ReleaseCheck(SignerTrust Trust, TrustPolicy? Policy, LedgerVerifier? Log, string? WitnessedProof)
{
    /// <summary>Everything that does not hold.</summary>
    public IReadOnlyList<VerificationFinding> Verify(string release, CancellationToken cancellationToken) =>
        ReleaseVerifier.VerifyWitnessed(release, Trust, Log, WitnessedProof, cancellationToken);

    /// <summary>What the verdict of a release that holds says.</summary>
    public Judgement Judgement(string release) => ReleaseVerifier.Judgement(release, Trust);
}
