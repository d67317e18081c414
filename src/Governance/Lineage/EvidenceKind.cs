using Loragate.Governance.Approvals;

namespace Loragate.Governance.Lineage;

/// <summary>The kind of a record by its schema.</summary>
internal static class EvidenceKind
{
    public static LineageKind Of(string schema) => schema switch
    {
        "loragate.training-receipt/1" => LineageKind.Training,
        "loragate.inspection/1" => LineageKind.Inspection,
        "loragate.merge-receipt/1" => LineageKind.Merge,
        "loragate.unmerge-receipt/1" => LineageKind.Unmerge,
        "loragate.evaluation-report/1" => LineageKind.Evaluation,
        "loragate.plan/1" => LineageKind.Plan,
        "loragate.decision/1" => LineageKind.Decision,
        Approval.PredicateType => LineageKind.Approval,
        Waiver.PredicateType => LineageKind.Waiver,
        _ => LineageKind.Evidence,
    };
}
