using System.Text.Json;
using Loragate.Artifacts;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// The chat templates of a folder by their names, as transformers reads them: <c>chat_template.jinja</c> and <c>additional_chat_templates/NAME.jinja</c>,
/// which win over <c>chat_template</c> in <c>tokenizer_config.json</c> (a text, or a list of name and template).
/// </summary>
internal static class ChatTemplates
{
    private const string Default = "default";
    private const string Config = "tokenizer_config.json";
    private const string Key = "chat_template";

    /// <summary>The folder of the templates that have names.</summary>
    public const string Folder = "additional_chat_templates";

    private const string Extension = ".jinja";

    /// <summary>Each template by its name, as transformers would take it.</summary>
    public static SortedDictionary<string, ChatTemplate> Read(string folder)
    {
        var templates = new SortedDictionary<string, ChatTemplate>(StringComparer.Ordinal);
        foreach (var template in All(folder))
            templates[template.Name] = template;
        return templates;
    }

    /// <summary>Every template of the folder; of those of one name the last wins.</summary>
    public static IReadOnlyList<ChatTemplate> All(string folder)
    {
        var templates = new List<ChatTemplate>();
        if (SideJson.TryRead(Path.Combine(folder, Config), out _) is { } config && config.TryGetProperty(Key, out var value))
            templates.AddRange(Entries(value).Select(e => new ChatTemplate(Config, e.Name, Digest.Of(System.Text.Encoding.UTF8.GetBytes(e.Text)))));
        Add(templates, folder, Key + Extension, Default);
        foreach (var file in FilesIn(folder))
            Add(templates, folder, file, Path.GetFileNameWithoutExtension(file));
        return templates;
    }

    /// <summary>The files of templates that have names, in ordinal order.</summary>
    public static IEnumerable<string> FilesIn(string folder) => !Directory.Exists(Path.Combine(folder, Folder)) ? []
        : Directory.EnumerateFiles(Path.Combine(folder, Folder), "*" + Extension).Select(f => $"{Folder}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal);

    private static IEnumerable<(string Name, string Text)> Entries(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return [(Default, value.GetString()!)];
        if (value.ValueKind != JsonValueKind.Array)
            return [];
        return value.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object).Select(e => (Text(e, "name") ?? Default, Text(e, "template") ?? ""));
    }

    private static string? Text(JsonElement element, string key) =>
        element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Add(List<ChatTemplate> templates, string folder, string file, string name)
    {
        if (File.Exists(Path.Combine(folder, file)))
            templates.Add(new ChatTemplate(file, name, Digest.OfFile(Path.Combine(folder, file))));
    }
}
