namespace Loragate.EvalHarness.Tasks.Groups;

/// <summary>What names of tasks, groups and tags stand for.</summary>
/// <param name="Tasks">The tasks, each once, in the order named.</param>
/// <param name="Groups">The groups, those within groups included.</param>
public sealed record TaskSelection(IReadOnlyList<EvaluationTask> Tasks, IReadOnlyList<TaskGroup> Groups);
