namespace Loragate.EvalHarness.Tasks.Groups;

/// <summary>Tasks that are scored together.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Tasks">All tasks of it and of the groups in it, each once.</param>
/// <param name="Metrics">The averages that it asks for.</param>
public sealed record TaskGroup(string Name, IReadOnlyList<EvaluationTask> Tasks, IReadOnlyList<GroupMetric> Metrics)
{
    /// <summary>What a table calls it: its <c>group_alias</c>, or its name where there is none.</summary>
    public string Alias { get; init; } = Name;
}
