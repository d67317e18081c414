using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Policies;

namespace Loragate.Governance.Deciding;

/// <summary>What one decision is made from.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Evidence">The evidence.</param>
/// <param name="Approvals">What became of each approval.</param>
/// <param name="AsOf">The day.</param>
internal sealed record Case(Policy Policy, Evidence Evidence, IReadOnlyList<ApprovalResult> Approvals, DateOnly AsOf)
{
    /// <summary>Whether the receipt is of exactly the inspected adapter, applied once and whole.</summary>
    public Shortfall? CheckReceipt()
    {
        if (Evidence.Receipt is not { } receipt)
            return new Shortfall(Reason.EvidenceMissing, "There is no merge receipt that says which model was scored.");
        var inspected = Evidence.Inspection.Record.Adapter.Digest;
        return receipt.Record.Adapters is [{ Weight: 1 } applied] && applied.Adapter.Digest == inspected
            ? null
            : new Shortfall(Reason.EvidenceOfOtherModel, "The merge receipt is not of the inspected adapter alone, at weight 1.");
    }
}
