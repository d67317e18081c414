using System.Globalization;
using Loragate.Artifacts.Records;
using Loragate.Governance.Policies.Rules;

namespace Loragate.Governance.Policies.Reviewing;

/// <summary>What a careful reviewer would ask about a policy: it is well formed, and lets something pass that most would want to stop.</summary>
public static class PolicyReview
{
    private const double UsualAlpha = 0.05;
    private const double UsualPower = 0.8;

    /// <summary>The warnings by line; none for a policy that leaves nothing open.</summary>
    public static IReadOnlyList<PolicyWarning> Warnings(Policy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return [.. OfTasks(policy).Concat(OfKinds(policy)).Concat(OfRules(policy)).Concat(OfWaivers(policy)).OrderBy(warning => warning.Line)];
    }

    private static IEnumerable<PolicyWarning> OfTasks(Policy policy)
    {
        foreach (var task in policy.Tasks.Values)
        {
            if (task.Pin is null)
                yield return new PolicyWarning("no-pin", policy.LineOf(task), $"the task '{task.Name}' is not pinned: whoever runs the gate picks what it is measured with");
            if (policy.StatisticalRules.All(rule => rule.Measure.Task != task.Name))
                yield return new PolicyWarning("task-unused", policy.LineOf(task), $"the task '{task.Name}' is scored, and no rule reads it");
        }
    }

    /// <summary>Kinds of demand without which a release says little.</summary>
    private static IEnumerable<PolicyWarning> OfKinds(Policy policy) =>
        new[]
        {
            Lack(policy, rule => rule is InspectionRule, "inspection", "no rule forbids findings of the inspection: a pickle, a changed tokenizer or an adapter that does nothing may be released"),
            Lack(policy, rule => rule is MergeFidelityRule, "fidelity", "no rule bounds what merging loses: what was trained need not be what is released"),
            Lack(policy, rule => rule is ImprovementRule or MinimumMetricRule, "gain", "no rule asks the adapter to be good at anything"),
            Lack(policy, rule => rule is NonInferiorityRule, "retained-skill", "no non-inferiority rule guards what the base can do: an adapter may trade everything else for its own task"),
            Lack(policy, IsBias, "bias", "no bias rule: nothing measures whom the adapter favours"),
            Lack(policy, rule => rule is EvidenceFreshnessRule, "freshness", "no rule bounds the age of the evidence"),
            Lack(policy, rule => rule is ApprovalRule, "approval", "no approval rule: no person stands for a release"),
        }.OfType<PolicyWarning>();

    private static PolicyWarning? Lack(Policy policy, Func<Rule, bool> isOne, string kind, string message)
    {
        var rules = policy.Rules.Where(isOne).ToList();
        return rules switch
        {
            [] => new PolicyWarning($"no-{kind}", policy.LineOf("rules"), message),
            _ when rules.All(rule => rule.Severity == Severity.Warn) => new PolicyWarning($"{kind}-only-warns", policy.LineOf(rules[0]), $"{Names(rules)} only warn{(rules.Count == 1 ? "s" : "")}: a failure releases all the same"),
            _ => null,
        };
    }

    private static IEnumerable<PolicyWarning> OfRules(Policy policy)
    {
        if (policy.Alpha > UsualAlpha)
            yield return new PolicyWarning("alpha-high", policy.LineOf("alpha"), string.Create(CultureInfo.InvariantCulture, $"alpha is {policy.Alpha}: a harmful adapter passes a rule up to {policy.Alpha:P0} of the time"));
        foreach (var rule in policy.StatisticalRules.Where(rule => rule.Plan.Power < UsualPower))
            yield return new PolicyWarning("power-low", policy.LineOf(rule), string.Create(CultureInfo.InvariantCulture, $"the plan of '{rule.Id}' asks for a power of {rule.Plan.Power}: a sound adapter is left undecided {1 - rule.Plan.Power:P0} of the time"));
        if (policy.Rules.OfType<InspectionRule>().ToList() is [var inspection, ..] inspections && inspections.TrueForAll(rule => rule.Forbid.Count == 0))
            yield return new PolicyWarning("nothing-forbidden", policy.LineOf(inspection), $"{Names(inspections)} forbid{(inspections.Count == 1 ? "s" : "")} no finding by its id: what only warns (a pickle, a changed tokenizer, a chat template) may be released");
        if (policy.ApprovalRule is not { } approval)
            yield break;
        if (!approval.Demand.ExcludeAuthor)
            yield return new PolicyWarning("author-approves", policy.LineOf(approval), $"'{approval.Id}' lets authors approve what they made");
        if (approval.Demand.Roles.Sum(demand => demand.People) < 2)
            yield return new PolicyWarning("one-approves", policy.LineOf(approval), $"'{approval.Id}' asks one person: nobody checks the checker");
    }

    private static IEnumerable<PolicyWarning> OfWaivers(Policy policy)
    {
        var bias = policy.Rules.Where(rule => IsBias(rule) && policy.Waivers?.Rules.Contains(rule.Id) == true).ToList();
        if (bias.Count > 0)
            yield return new PolicyWarning("bias-waivable", policy.LineOf("waivers"), $"waivers may lift {Names(bias)}");
    }

    private static bool IsBias(Rule rule) => rule is BiasLevelRule or BiasDriftRule or GroupFairnessRule;

    private static string Names(IEnumerable<Rule> rules) => string.Join(", ", rules.Select(rule => $"'{rule.Id}'"));
}
