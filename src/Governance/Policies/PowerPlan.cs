using Loragate.Artifacts.Records.Planning;

namespace Loragate.Governance.Policies;

/// <summary>Holds a policy's power calculations against the data that there is, before anything is computed.</summary>
public static class PowerPlan
{
    /// <summary>Checks by the carried columns of each row, so that selections are counted exactly.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="rows">The carried columns of every row in file order, by the policy's name of the task.</param>
    /// <exception cref="UnderpoweredPlanException">A plan asks for more items than are available; names all of them.</exception>
    public static void Check(Policy policy, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>> rows)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(rows);
        var shortages = policy.StatisticalRules
            .Select(rule => new PowerShortage(rule.Id, rule.Measure.Task, rule.RequiredItems(policy.Alpha), Count(policy, rule, rows), rule.Plan.Power))
            .Where(shortage => shortage.Available < shortage.Needed)
            .ToList();
        if (shortages.Count > 0)
            throw new UnderpoweredPlanException(policy.Name, shortages);
    }

    /// <summary>The plan that is fixed before the first item is scored.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="tasks">Its tasks by name, as their files and data are.</param>
    /// <param name="rows">The carried columns of every row that counts, in file order, by the policy's name of the task.</param>
    /// <exception cref="UnderpoweredPlanException">A plan asks for more items than are available; names all of them.</exception>
    public static EvaluationPlan Of(Policy policy, IReadOnlyList<PlannedTask> tasks, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>> rows)
    {
        Check(policy, rows);
        return new EvaluationPlan(
            policy.Alpha,
            policy.Seed,
            EvaluationPlan.AllItemsOnce,
            tasks,
            [.. policy.StatisticalRules.Select(rule => rule.Planned(policy.Alpha, Count(policy, rule, rows)))]);
    }

    /// <summary>What two plans differ in, in words; null where they are the same.</summary>
    public static string? Difference(EvaluationPlan before, EvaluationPlan after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.ComputeDigest() == after.ComputeDigest())
            return null;
        List<string> parts =
        [
            .. before.Alpha == after.Alpha ? [] : new[] { "alpha" },
            .. before.Seed == after.Seed ? [] : new[] { "seed" },
            .. before.DType == after.DType ? [] : new[] { "the type to compute in" },
            .. before.Tasks.Concat(after.Tasks).Where(task => !before.Tasks.Contains(task) || !after.Tasks.Contains(task)).Select(task => $"task '{task.Name}'"),
            .. before.Rules.Concat(after.Rules).GroupBy(rule => rule.Id).Where(rules => rules.Count() == 1 || !IsSame(rules.First(), rules.Last())).Select(rules => $"rule '{rules.Key}'"),
        ];
        return parts.Count == 0 ? "the order of tasks or rules" : string.Join(", ", parts.Distinct());
    }

    private static bool IsSame(PlannedRule one, PlannedRule other) =>
        Artifacts.Records.RecordJson.Canonical(one).AsSpan().SequenceEqual(Artifacts.Records.RecordJson.Canonical(other));

    private static int Count(Policy policy, StatisticalRule rule, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>> rows) =>
        rows.TryGetValue(rule.Measure.Task, out var task) ? task.Take(policy.Tasks[rule.Measure.Task].Limit ?? int.MaxValue).Count(rule.Measure.Selects) : 0;
}
