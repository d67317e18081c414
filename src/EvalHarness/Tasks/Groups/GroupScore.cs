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

    /// <summary>Why there is no average of a metric that the group asks for, a sentence each: one over some of the tasks would be another average.</summary>
    public IReadOnlyList<string> Absent { get; init; } = [];

    /// <summary>
    /// x̄ = Σwᵢxᵢ/Σwᵢ with wᵢ = nᵢ documents or 1, and the pooled standard error √(Σ(nᵢ − 1)·seᵢ²·nᵢ/(Σnᵢ − k)/Σnᵢ) of lm_eval/api/metrics.py, which leaves out
    /// how far the k tasks lie apart; none where a task has none.
    /// </summary>
    public static GroupScore Of(TaskGroup group, IReadOnlyDictionary<string, EvaluationReport> reports)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(reports);
        var (metrics, absent) = (new List<Metric>(), new List<string>());
        foreach (var metric in group.Metrics)
        {
            if (group.Tasks.FirstOrDefault(task => Find(task, metric, reports) is null) is { } lacking)
                absent.Add(group.Lack(lacking, metric));
            else
                metrics.Add(Average([.. group.Tasks.Select(task => Find(task, metric, reports)!)], metric));
        }
        return new GroupScore(group.Name, [.. group.Tasks.Select(static task => task.Name)], metrics) { Alias = group.Alias, Absent = absent };
    }

    private static Metric Average(IReadOnlyList<Metric> parts, GroupMetric metric)
    {
        double Weight(Metric part) => metric.IsWeighted ? part.Items : 1;
        var mean = parts.Sum(part => part.Value * Weight(part)) / parts.Sum(Weight);
        double n = parts.Sum(static part => part.Items);
        var pooled = n > parts.Count && parts.All(static part => part.StandardError is not null)
            ? Math.Sqrt(parts.Sum(static part => (part.Items - 1) * part.StandardError!.Value * part.StandardError.Value * part.Items) / (n - parts.Count) / n)
            : (double?)null;
        return new Metric(metric.Name, mean, pooled, (int)n);
    }

    private static Metric? Find(EvaluationTask task, GroupMetric metric, IReadOnlyDictionary<string, EvaluationReport> reports) =>
        metric.NameIn(task) is { } name ? reports[task.Name].Metrics.FirstOrDefault(part => part.Name == name) : null;
}
