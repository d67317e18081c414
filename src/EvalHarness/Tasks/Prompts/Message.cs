namespace Loragate.EvalHarness.Tasks.Prompts;

/// <summary>A turn of a prompt; in plain text the delimiter follows it, in a chat it is dropped.</summary>
/// <param name="Role">"system", "user" or "assistant".</param>
/// <param name="Content">The text.</param>
/// <param name="Delimiter">What follows it in plain text.</param>
internal sealed record Message(string Role, string Content, string Delimiter = "")
{
    public const string System = "system";
    public const string User = "user";
    public const string Assistant = "assistant";

    /// <summary>The messages one after the other, each with its delimiter.</summary>
    public static string Concat(IEnumerable<Message> messages) => string.Concat(messages.Select(static message => message.Content + message.Delimiter));
}
