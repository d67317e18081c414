using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verifying;

/// <summary>What to verify and whom to trust.</summary>
/// <param name="Path">The folder or report.</param>
/// <param name="Signature">A signature that is named; null to find out what the folder is.</param>
/// <param name="Trust">The signer.</param>
/// <param name="Log">The ledger's key, or null.</param>
/// <param name="Expected">What the verdict must be about.</param>
internal sealed record VerifyRequest(string Path, string? Signature, SignerTrust Trust, LedgerVerifier? Log, ExpectedInputs Expected)
{
    /// <summary>What time stamps say of the signature's time.</summary>
    public SignatureTime Time { get; init; } = SignatureTime.Unknown;

    /// <summary>When the ledger logged what is verified, where keys are judged at that time; null where they are not.</summary>
    public DateTimeOffset? Logged { get; init; }

    /// <summary>The day for which somebody asks, UTC: a waiver may have ended by then. Null where nobody is told of waivers.</summary>
    public DateOnly? Asked { get; init; }

    /// <summary>A proof of a release's entry that witnesses have cosigned; null where none was given.</summary>
    public string? WitnessedProof { get; init; }

    /// <summary>Whether to tell what the reference implementation would say of a signed folder.</summary>
    public bool AsksReference { get; init; }

    /// <summary>The trust policy by which approvals are judged again; null where none was given.</summary>
    public TrustPolicy? People { get; init; }
}
