namespace Loragate.EvalHarness.Evaluating;

/// <summary>Which rows of a task are scored and what is carried into the report.</summary>
/// <param name="DataRoot">The folder that the task's data files are relative to.</param>
/// <param name="Limit">The first documents; null for all.</param>
/// <param name="Fields">Columns that are carried into the items.</param>
public sealed record EvaluationScope(string DataRoot, int? Limit = null, IReadOnlyList<string>? Fields = null);
