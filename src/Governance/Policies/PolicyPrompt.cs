using Loragate.Artifacts.Records.Evaluating;

namespace Loragate.Governance.Policies;

/// <summary>How a task's prompts are put together beyond what its file says.</summary>
/// <param name="Chat">Whether, and how, they go through the model's chat template.</param>
/// <param name="System">A system instruction before the task's own description; null for none.</param>
public sealed record PolicyPrompt(ChatForm Chat, string? System)
{
    /// <summary>As the task file says.</summary>
    public static PolicyPrompt Plain { get; } = new(ChatForm.None, null);

    /// <summary>Whether scores were made with such prompts.</summary>
    public bool IsThatOf(EvaluatedPrompt? prompt) =>
        (prompt?.ChatTemplate is not null) == (Chat != ChatForm.None)
        && (prompt?.MultiTurn ?? false) == (Chat == ChatForm.MultiTurn)
        && prompt?.SystemInstruction == System
        && prompt?.FewShotSeed is null;
}
