namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>The task that was scored, by content.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="TaskDigest">SHA-256 of the task file with its includes.</param>
/// <param name="DataDigest">SHA-256 of the data file.</param>
/// <param name="OutputType">lm-evaluation-harness's output type.</param>
/// <param name="Rows">Documents in the data file.</param>
/// <param name="Limit">The first documents that were asked for; null for all.</param>
/// <param name="Fields">Columns carried into the items, in ordinal order.</param>
/// <param name="Prompt">How prompts were put together; null where just as the task file says.</param>
public sealed record EvaluatedTask(
    string Name, Digest TaskDigest, Digest DataDigest, string OutputType, int Rows, int? Limit, IReadOnlyList<string> Fields, EvaluatedPrompt? Prompt = null);
