using Loragate.Artifacts.Records.Evaluating;

namespace Loragate.EvalHarness.Tasks.Groups;

/// <summary>A group's averages.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Members">The names of its tasks.</param>
/// <param name="Metrics">The averages under the harness's names ("acc,none").</param>
public sealed record GroupScore(string Name, IReadOnlyList<string> Members, IReadOnlyList<Metric> Metrics)
{
    /// <summary>What a table calls it.</summary>
    public string Alias { get; init; } = Name;

    /// <summary>
    /// x̄ = Σwᵢxᵢ/Σwᵢ with wᵢ = nᵢ documents or 1, and the pooled standard error √(Σ(nᵢ − 1)·seᵢ²·nᵢ/(Σnᵢ − k)/Σnᵢ) of lm_eval/api/metrics.py, which leaves out
    /// how far the k tasks lie apart; none where a task has none.
    /// </summary>
    /// <exception cref="TaskException">A task of the group has no such metric: an average over the others would be another one.</exception>
    public static GroupScore Of(TaskGroup group, IReadOnlyDictionary<string, EvaluationReport> reports)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(reports);
        return new GroupScore(group.Name, [.. group.Tasks.Select(static task => task.Name)], [.. group.Metrics.Select(metric => Average(group, metric, reports))]) { Alias = group.Alias };
    }

    private static Metric Average(TaskGroup group, GroupMetric metric, IReadOnlyDictionary<string, EvaluationReport> reports)
    {
        var parts = group.Tasks.Select(task => Find(group, task, metric, reports[task.Name])).ToList();
        double Weight(Metric part) => metric.IsWeighted ? part.Items : 1;
        var mean = parts.Sum(part => part.Value * Weight(part)) / parts.Sum(Weight);
        double n = parts.Sum(static part => part.Items);
        var pooled = n > parts.Count && parts.All(static part => part.StandardError is not null)
            ? Math.Sqrt(parts.Sum(static part => (part.Items - 1) * part.StandardError!.Value * part.StandardError.Value * part.Items) / (n - parts.Count) / n)
            : (double?)null;
        return new Metric(metric.Name, mean, pooled, (int)n);
    }

    private static Metric Find(TaskGroup group, EvaluationTask task, GroupMetric metric, EvaluationReport report)
    {
        var name = task.Plans.FirstOrDefault(plan => plan.HarnessName == metric.Name)?.Name;
        return report.Metrics.FirstOrDefault(part => part.Name == name) ?? throw new TaskException($"group '{group.Name}'", $"its task '{task.Name}' has no metric '{metric.Name}'");
    }
}
