using Loragate.EvalHarness.Tasks.Filters;
using Loragate.EvalHarness.Tasks.Yaml;

namespace Loragate.EvalHarness.Tasks.Groups;

/// <summary>An average over the tasks of a group.</summary>
/// <param name="Metric">The metric that every task has.</param>
/// <param name="Chain">The filter chain that it is scored on.</param>
/// <param name="IsWeighted">Whether tasks count by their documents; else all alike.</param>
public sealed record GroupMetric(string Metric, string Chain, bool IsWeighted)
{
    /// <summary>The harness's name of it: "acc,none".</summary>
    public string Name => $"{Metric},{Chain}";

    /// <summary>The name that it has in a task's reports; null where the task does not ask for it.</summary>
    internal string? NameIn(EvaluationTask task) => task.Plans.FirstOrDefault(plan => plan.HarnessName == Name)?.Name;

    /// <summary>Reads one entry of <c>aggregate_metric_list</c>: a metric a filter chain.</summary>
    internal static IEnumerable<GroupMetric> Parse(TaskKeys keys)
    {
        var metric = keys.RequiredText("metric");
        if ((keys.Text("aggregation") ?? "mean") is not "mean" and var other)
            throw keys.Fault("aggregation", $"the aggregation '{other}' of a group is not supported ('mean' is)");
        var isWeighted = keys.Flag("weight_by_size", absent: true);
        var chains = keys.Texts("filter_list") ?? [FilterChain.None];
        keys.Done();
        return chains.Select(chain => new GroupMetric(metric, chain, isWeighted));
    }
}
