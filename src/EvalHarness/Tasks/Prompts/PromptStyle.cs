namespace Loragate.EvalHarness.Tasks.Prompts;

/// <summary>How the turns of a prompt become the text that a model reads.</summary>
/// <param name="systemInstruction">What stands before the task's own description; may be empty.</param>
public abstract class PromptStyle(string systemInstruction)
{
    /// <summary>Plain text, no instruction: how base models are evaluated.</summary>
    public static PromptStyle Plain { get; } = new PlainPrompt("");

    /// <summary>What stands before the task's own description.</summary>
    internal string SystemInstruction { get; } = systemInstruction;

    /// <summary>Whether turns are marked: then no delimiter stands between the last one and the answer.</summary>
    internal abstract bool MarksTurns { get; }

    /// <summary>The text of a conversation.</summary>
    /// <param name="messages">The turns; the last one is the user's, or the beginning of the assistant's.</param>
    /// <param name="place">The row, for messages.</param>
    internal abstract string Render(IReadOnlyList<Message> messages, string place);
}
