namespace Loragate.EvalHarness.Tasks.Prompts;

/// <summary>Turns one after the other, each with its delimiter.</summary>
/// <param name="systemInstruction">What stands before the task's own description; may be empty.</param>
public sealed class PlainPrompt(string systemInstruction) : PromptStyle(systemInstruction)
{
    /// <inheritdoc/>
    internal override bool MarksTurns => false;

    /// <inheritdoc/>
    internal override string Render(IReadOnlyList<Message> messages, string place) => Message.Concat(messages);
}
