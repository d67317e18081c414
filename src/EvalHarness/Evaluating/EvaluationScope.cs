namespace Loragate.EvalHarness.Evaluating;

/// <summary>Which rows of a task are scored, how they are asked, and what is carried into the report.</summary>
/// <param name="DataRoot">The folder that the task's data files are relative to.</param>
/// <param name="Limit">The first documents; null for all.</param>
/// <param name="Fields">Columns that are carried into the items.</param>
/// <param name="Prompt">How prompts are put together; as the task file says where null.</param>
public sealed record EvaluationScope(string DataRoot, int? Limit = null, IReadOnlyList<string>? Fields = null, PromptSettings? Prompt = null);
