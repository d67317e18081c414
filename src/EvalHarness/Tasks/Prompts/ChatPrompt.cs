using Loragate.EvalHarness.Templates;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Prompts;

/// <summary>
/// The turns in a model's own chat template: examples as turns of their own, or all in one turn of the user
/// (lm_eval: apply_chat_template, fewshot_as_multiturn). A beginning of the answer (gen_prefix) is left open, as transformers'
/// continue_final_message leaves it. Where a template refuses the conversation, so does this; the harness drops the system turn without a word.
/// </summary>
/// <param name="template">The model's template.</param>
/// <param name="multiTurn">Whether examples are turns of their own.</param>
/// <param name="systemInstruction">What stands before the task's own description; may be empty.</param>
public sealed class ChatPrompt(ChatTemplate template, bool multiTurn, string systemInstruction) : PromptStyle(systemInstruction)
{
    /// <inheritdoc/>
    internal override bool MarksTurns => true;

    /// <inheritdoc/>
    internal override string Render(IReadOnlyList<Message> messages, string place)
    {
        var turns = multiTurn ? messages : Collapse(messages);
        var isOpen = turns[^1].Role == Message.Assistant;
        try
        {
            var text = template.Render(new ListValue([.. turns.Select(Turn)]), addGenerationPrompt: !isOpen);
            return isOpen ? Reopen(text, turns[^1].Content, place) : text;
        }
        catch (TemplateException refusal)
        {
            throw new TemplateException($"{refusal.Place}, {place}", refusal.Fault, "Evaluate without the chat template, or without a system instruction and description.");
        }
    }

    private static DictValue Turn(Message message) => new(
        [KeyValuePair.Create("role", (Value)new StringValue(message.Role)), KeyValuePair.Create("content", (Value)new StringValue(message.Content))]);

    /// <summary>All turns but the system's, and an open answer, as one turn of the user (lm_eval/api/utils.py, multiturn_to_singleturn).</summary>
    private static List<Message> Collapse(IReadOnlyList<Message> messages)
    {
        var system = messages[0].Role == Message.System ? 1 : 0;
        var open = messages[^1].Role == Message.Assistant ? 1 : 0;
        var user = messages.Skip(system).SkipLast(open).ToList();
        user[^1] = user[^1] with { Delimiter = "" };
        return [.. messages.Take(system), new Message(Message.User, Message.Concat(user)), .. messages.TakeLast(open)];
    }

    /// <summary>Cuts what the template writes after the last turn (transformers/utils/chat_template_utils.py).</summary>
    private static string Reopen(string text, string content, string place)
    {
        var stripped = CodePoints.Strip(content);
        var at = stripped.Length == 0 ? -1 : text.LastIndexOf(stripped, StringComparison.Ordinal);
        if (at < 0)
            throw new TaskException(place, "the chat template leaves out the beginning of the answer (gen_prefix)", "Evaluate without the chat template.");
        return string.CompareOrdinal(text, at, content, 0, content.Length) == 0 ? text[..(at + content.Length)] : text[..(at + stripped.Length)];
    }
}
