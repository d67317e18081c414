namespace Loragate.Governance.Policies.Reviewing;

/// <summary>What the items of a statistical rule can show.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Line">Its line in the file.</param>
/// <param name="Task">The policy's name of the task.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Planned">The power that the plan asks for.</param>
/// <param name="Needed">The items that the plan asks for.</param>
/// <param name="Available">The items that there are, after limit, selection and repeated rows; null where no data was read.</param>
/// <param name="Clusters">The clusters that they come from; null where the rule has none or no data was read.</param>
/// <param name="Power">The power with the available items, where the plan's assumptions hold.</param>
/// <param name="SmallestEffect">The smallest effect that they show with the planned power, in the metric's unit (0.05 is five points).</param>
/// <param name="Effect">What that effect is, before its number.</param>
public sealed record RulePower(
    string Rule, int Line, string Task, string Metric, double Planned, int Needed, int? Available, int? Clusters, double? Power, double? SmallestEffect, string Effect)
{
    /// <summary>The power of a rule.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="rule">One of its rules.</param>
    /// <param name="rows">The carried columns of every row of the task that is scored and repeats none; null where no data was read.</param>
    public static RulePower Of(Policy policy, StatisticalRule rule, IReadOnlyList<IReadOnlyDictionary<string, string>>? rows)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(rule);
        var measure = rule.Measure;
        var selected = rows?.Where(measure.Selects).ToList();
        int? available = selected?.Count;
        int? clusters = measure.Cluster is { } column ? selected?.Select(row => row[column]).Distinct(StringComparer.Ordinal).Count() : null;
        var isUsable = available > 0;
        return new RulePower(
            rule.Id,
            policy.LineOf(rule),
            measure.Task,
            measure.Metric,
            rule.Plan.Power,
            rule.RequiredItems(policy.Alpha),
            available,
            clusters,
            isUsable ? rule.PowerOf(available!.Value, policy.Alpha) : null,
            isUsable ? rule.SmallestEffect(available!.Value, policy.Alpha) : null,
            rule.EffectWords);
    }

    /// <summary>Why the rule can never pass; null where it can.</summary>
    public string? Fault => this switch
    {
        { Available: { } available } when available < Needed => new PowerShortage(Rule, Task, Needed, available, Planned).ToString(),
        { Clusters: { } clusters } when clusters < Deciding.ScoreSelection.FewestClusters => $"the rule '{Rule}' has {clusters} clusters; with fewer than {Deciding.ScoreSelection.FewestClusters} it is never decided",
        _ => null,
    };
}
