using Loragate.Governance.Policies.Rules;

namespace Loragate.Governance.Policies;

/// <summary>The one list of all kinds of rules.</summary>
internal static class RuleKinds
{
    public static IReadOnlyList<RuleKind> All { get; } =
    [
        InspectionRule.Kind,
        MinimumMetricRule.Kind,
        ImprovementRule.Kind,
        NonInferiorityRule.Kind,
        BiasLevelRule.Kind,
        BiasDriftRule.Kind,
        GroupFairnessRule.Kind,
        MergeFidelityRule.Kind,
        ContaminationRule.Kind,
        TrialRule.Kind,
        EvidenceFreshnessRule.Kind,
        ApprovalRule.Kind,
    ];

    public static RuleKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);
}
