namespace Loragate.Governance.Policies;

/// <summary>Holds a policy's power calculations against the data that there is, before anything is computed.</summary>
public static class PowerPlan
{
    /// <summary>Checks by the number of rows of each task; rules that select items are checked against all rows, an upper limit.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="rows">Rows of each task's data, by the policy's name of the task; a task that is missing has none.</param>
    /// <exception cref="UnderpoweredPlanException">A plan asks for more items than are available; names all of them.</exception>
    public static void Check(Policy policy, IReadOnlyDictionary<string, int> rows)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(rows);
        Check(policy, (rule, limit) => Math.Min(limit, rows.GetValueOrDefault(rule.Measure.Task)));
    }

    /// <summary>Checks by the carried columns of each row, so that selections are counted exactly.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="rows">The carried columns of every row in file order, by the policy's name of the task.</param>
    /// <exception cref="UnderpoweredPlanException">A plan asks for more items than are available; names all of them.</exception>
    public static void Check(Policy policy, IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>> rows)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(rows);
        Check(policy, (rule, limit) => rows.TryGetValue(rule.Measure.Task, out var task) ? task.Take(limit).Count(rule.Measure.Selects) : 0);
    }

    private static void Check(Policy policy, Func<StatisticalRule, int, int> count)
    {
        var shortages = policy.StatisticalRules
            .Select(rule => new PowerShortage(
                rule.Id,
                rule.Measure.Task,
                rule.RequiredItems(policy.Alpha),
                count(rule, policy.Tasks[rule.Measure.Task].Limit ?? int.MaxValue),
                rule.Plan.Power))
            .Where(shortage => shortage.Available < shortage.Needed)
            .ToList();
        if (shortages.Count > 0)
            throw new UnderpoweredPlanException(policy.Name, shortages);
    }
}
