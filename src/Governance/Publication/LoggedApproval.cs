using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Publication;

/// <summary>A counted approval in a decision's entry.</summary>
/// <param name="Signer">The signer's id in the trust policy.</param>
/// <param name="Role">The role.</param>
/// <param name="Key">The hint of the signer's key.</param>
/// <param name="Outcome">What is said.</param>
/// <param name="Sha256">SHA-256 of the bundle.</param>
public sealed record LoggedApproval(string Signer, string Role, Digest Key, ApprovalOutcome Outcome, Digest Sha256);
