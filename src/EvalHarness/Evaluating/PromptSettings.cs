using Loragate.EvalHarness.Tasks;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>How prompts are put together beyond what a task file says: the harness's command-line options.</summary>
public sealed record PromptSettings
{
    /// <summary>As the task file says.</summary>
    public static PromptSettings Default { get; } = new();

    /// <summary>Whether prompts go through the model's chat template (<c>--apply_chat_template</c>).</summary>
    public bool ChatTemplate { get; init; }

    /// <summary>Whether examples are turns of their own in the chat (<c>--fewshot_as_multiturn</c>).</summary>
    public bool MultiTurn { get; init; }

    /// <summary>What stands before the task's own description (<c>--system_instruction</c>); may be empty.</summary>
    public string SystemInstruction { get; init; } = "";

    /// <summary>The seed that examples are drawn with.</summary>
    public int FewShotSeed { get; init; } = EvaluationTask.DefaultFewShotSeed;
}
