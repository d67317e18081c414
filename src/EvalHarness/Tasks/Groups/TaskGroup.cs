namespace Loragate.EvalHarness.Tasks.Groups;

/// <summary>Tasks that are scored together.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Tasks">All tasks of it and of the groups in it, each once.</param>
/// <param name="Metrics">The averages that it asks for.</param>
public sealed record TaskGroup(string Name, IReadOnlyList<EvaluationTask> Tasks, IReadOnlyList<GroupMetric> Metrics)
{
    /// <summary>What a table calls it: its <c>group_alias</c>, or its name where there is none.</summary>
    public string Alias { get; init; } = Name;

    /// <summary>What has no average whatever the scores will be, a sentence each: a metric that one of the tasks does not ask for.</summary>
    public IEnumerable<string> Absent() =>
        from metric in Metrics
        let lacking = Tasks.FirstOrDefault(task => metric.NameIn(task) is null)
        where lacking is not null
        select Lack(lacking, metric);

    /// <summary>That a task has no value of a metric, which therefore has no average.</summary>
    internal string Lack(EvaluationTask task, GroupMetric metric) => $"The group '{Name}' has no average of '{metric.Name}': its task '{task.Name}' has no metric '{metric.Name}'.";
}
