using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Planning;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Approvals;

namespace Loragate.Governance.Lineage;

/// <summary>The kind of a record by its schema.</summary>
internal static class EvidenceKind
{
    public static LineageKind Of(string schema) => schema switch
    {
        TrainingReceipt.SchemaName => LineageKind.Training,
        Inspection.SchemaName => LineageKind.Inspection,
        MergeReceipt.SchemaName => LineageKind.Merge,
        UnmergeReceipt.SchemaName => LineageKind.Unmerge,
        EvaluationReport.SchemaName => LineageKind.Evaluation,
        EvaluationPlan.SchemaName => LineageKind.Plan,
        Decision.SchemaName => LineageKind.Decision,
        Approval.PredicateType => LineageKind.Approval,
        Waiver.PredicateType => LineageKind.Waiver,
        _ => LineageKind.Evidence,
    };
}
