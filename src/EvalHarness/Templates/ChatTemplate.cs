using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;

namespace Loragate.EvalHarness.Templates;

/// <summary>
/// The chat template of a model folder: messages to the text that the model was tuned on, as transformers renders it
/// (<c>apply_chat_template</c>). The text's own special tokens are all that it needs when it is encoded.
/// </summary>
public sealed class ChatTemplate
{
    private const string Config = "tokenizer_config.json";
    private const string File = "chat_template.jinja";
    private const string Key = "chat_template";
    private const string DefaultName = "default";
    private const int MaxConfigBytes = 16 << 20;
    private const int MaxTemplateBytes = 1 << 20;

    private static readonly string[] SpecialTokens = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    private readonly Template _template;
    private readonly Dictionary<string, Value> _tokens;

    private ChatTemplate(string text, string place, Dictionary<string, Value> tokens)
    {
        Digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(text));
        _template = Template.Parse(text, place, TemplateOptions.Chat);
        _tokens = tokens;
    }

    /// <summary>SHA-256 of the template's text in UTF-8.</summary>
    public Digest Digest { get; }

    /// <summary>Reads <c>chat_template.jinja</c> of a folder, or the template in its <c>tokenizer_config.json</c>.</summary>
    /// <returns>The template; null where the folder has none.</returns>
    /// <exception cref="TemplateException">The template is malformed, ambiguous, or uses a construct that is not supported.</exception>
    /// <exception cref="JsonFormatException">The config is not strict JSON.</exception>
    public static ChatTemplate? Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var (file, config) = (Path.Combine(folder, File), Path.Combine(folder, Config));
        if (!System.IO.File.Exists(config))
            return System.IO.File.Exists(file) ? new ChatTemplate(ReadFile(file), file, []) : null;
        using var document = StrictJson.ParseFile(config, MaxConfigBytes);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new TemplateException(config, "not a JSON object", $"Restore {Config}.");
        var tokens = SpecialTokens.Select(name => KeyValuePair.Create(name, Token(root, name, config)))
            .Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => (Value)new StringValue(entry.Value!), StringComparer.Ordinal);
        var stored = root.TryGetProperty(Key, out var template) && template.ValueKind != JsonValueKind.Null ? Text(template, $"{config}: {Key}") : null;
        if (!System.IO.File.Exists(file))
            return stored is null ? null : new ChatTemplate(stored, $"{config}: {Key}", tokens);
        var text = ReadFile(file);
        return stored is null || stored == text
            ? new ChatTemplate(text, file, tokens)
            : throw new TemplateException(file, $"differs from the template in {Config}: readers differ in which one they use", "Keep one of the two.");
    }

    /// <summary>The text of a conversation.</summary>
    /// <param name="messages">A list of dictionaries with <c>role</c> and <c>content</c>.</param>
    /// <param name="addGenerationPrompt">Whether the text ends where the model is to answer.</param>
    /// <exception cref="TemplateException">The template refuses the messages, or fails on them.</exception>
    public string Render(ListValue messages, bool addGenerationPrompt) => _template.Render(new Dictionary<string, Value>(_tokens, StringComparer.Ordinal)
    {
        ["messages"] = messages,
        ["add_generation_prompt"] = BoolValue.Of(addGenerationPrompt),
        ["tools"] = NoneValue.Instance,
        ["documents"] = NoneValue.Instance,
    });

    private static string Text(JsonElement template, string place) => template.ValueKind switch
    {
        JsonValueKind.String => template.GetString()!,
        JsonValueKind.Array => Named(template, place),
        _ => throw new TemplateException(place, "neither a text nor a list of named templates", $"Restore {Config}."),
    };

    /// <summary>Of several named templates transformers takes the one named "default" where no tools are given.</summary>
    private static string Named(JsonElement templates, string place)
    {
        var texts = templates.EnumerateArray()
            .Where(t => t.ValueKind == JsonValueKind.Object && t.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String && name.GetString() == DefaultName)
            .Select(t => t.TryGetProperty("template", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null)
            .ToList();
        return texts is [{ } only] ? only : throw new TemplateException(place, $"not exactly one template named '{DefaultName}'", "Keep the template that the model is evaluated with.");
    }

    private static string? Token(JsonElement root, string name, string config)
    {
        if (!root.TryGetProperty(name, out var token) || token.ValueKind == JsonValueKind.Null)
            return null;
        if (token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out var content))
            token = content;
        return token.ValueKind == JsonValueKind.String ? token.GetString() : throw new TemplateException($"{config}: {name}", "not a token", $"Restore {Config}.");
    }

    private static string ReadFile(string path)
    {
        PlainFile.CheckTarget(path);
        var length = new FileInfo(path).Length;
        return length <= MaxTemplateBytes ? System.IO.File.ReadAllText(path) : throw new TemplateException(path, $"{length} bytes, more than {MaxTemplateBytes}", "Restore the model's own template.");
    }
}
