using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Approvals;

/// <summary>What the ledger holds of an approval: what the bundle itself says.</summary>
/// <param name="Basis">What it is bound to.</param>
/// <param name="Key">The hint of the signer's key.</param>
/// <param name="Outcome">What is said.</param>
/// <param name="Policy">The policy's digest.</param>
/// <param name="Role">The role.</param>
/// <param name="Decision">The decision that was seen.</param>
public sealed record ApprovalData(Digest Basis, Digest Key, ApprovalOutcome Outcome, Digest Policy, string Role, Digest Decision);
