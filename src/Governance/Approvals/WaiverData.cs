using Loragate.Artifacts;

namespace Loragate.Governance.Approvals;

/// <summary>What the ledger holds of a signature under a waiver: what the bundle itself says.</summary>
/// <param name="From">The first day.</param>
/// <param name="Key">The hint of the signer's key.</param>
/// <param name="Policy">The policy's digest.</param>
/// <param name="Rule">The rule's id.</param>
/// <param name="Until">The last day.</param>
/// <param name="Waiver">The waiver's id.</param>
public sealed record WaiverData(DateOnly From, Digest Key, Digest Policy, string Rule, DateOnly Until, Digest Waiver);
