namespace Loragate.EvalHarness.Tasks.Groups;

/// <summary>Tasks that are scored together.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="Tasks">All tasks of it and of the groups in it, each once.</param>
/// <param name="Metrics">The averages that it asks for.</param>
public sealed record TaskGroup(string Name, IReadOnlyList<EvaluationTask> Tasks, IReadOnlyList<GroupMetric> Metrics);
