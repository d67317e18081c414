namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>How prompts were put together, where it is not just as the task file says.</summary>
/// <param name="ChatTemplate">SHA-256 of the chat template that turned them into text; null for plain text.</param>
/// <param name="MultiTurn">Whether examples were turns of their own in the chat.</param>
/// <param name="SystemInstruction">What stood before the task's own description; null for nothing.</param>
/// <param name="FewShotSeed">The seed that examples were drawn with; null for the harness's own.</param>
public sealed record EvaluatedPrompt(Digest? ChatTemplate, bool MultiTurn, string? SystemInstruction, int? FewShotSeed);
