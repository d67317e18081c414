using System.Text.Json;
using Loragate.Artifacts.Json;

namespace Loragate.EvalHarness.Tokenizers;

/// <summary>What the files beside <c>tokenizer.json</c> say about its special tokens.</summary>
internal sealed record TokenizerSettings
{
    private const int MaxBytes = 16 << 20;

    /// <summary>The text of the token that begins a document.</summary>
    public string? Bos { get; private init; }

    /// <summary>The text of the token that ends a document.</summary>
    public string? Eos { get; private init; }

    /// <summary>The text of the padding token.</summary>
    public string? Pad { get; private init; }

    /// <summary>Whether the folder demands, or forbids, that encoding begins with the first token; null where it is silent.</summary>
    public bool? AddBos { get; private init; }

    /// <summary>The ids at which generation stops, from <c>generation_config.json</c>, else <c>config.json</c>.</summary>
    public IReadOnlyList<int> EosIds { get; private init; } = [];

    /// <summary>Reads <c>tokenizer_config.json</c>, <c>generation_config.json</c> and <c>config.json</c>, as far as they are there.</summary>
    public static TokenizerSettings Load(string folder)
    {
        var settings = ReadTokens(Path.Combine(folder, "tokenizer_config.json"));
        var ids = ReadIds(Path.Combine(folder, "generation_config.json"));
        return settings with { EosIds = ids.Count > 0 ? ids : ReadIds(Path.Combine(folder, "config.json")) };
    }

    private static TokenizerSettings ReadTokens(string path)
    {
        if (!File.Exists(path))
            return new TokenizerSettings();
        using var document = StrictJson.ParseFile(path, MaxBytes);
        var node = Object(document.RootElement, path);
        return new TokenizerSettings
        {
            Bos = Token(node, "bos_token"),
            Eos = Token(node, "eos_token"),
            Pad = Token(node, "pad_token"),
            AddBos = node.Has("add_bos_token") ? node.Flag("add_bos_token", absent: false) : null,
        };
    }

    private static string? Token(TokenizerNode node, string key) =>
        node.Has(key) && node.Element.GetProperty(key).ValueKind == JsonValueKind.Object ? node.Child(key)!.Value.Text("content") : node.OptionalText(key);

    private static List<int> ReadIds(string path)
    {
        if (!File.Exists(path))
            return [];
        using var document = StrictJson.ParseFile(path, MaxBytes);
        var node = Object(document.RootElement, path);
        if (!node.Has("eos_token_id"))
            return [];
        return node.Element.GetProperty("eos_token_id").ValueKind == JsonValueKind.Array
            ? [.. node.List("eos_token_id").Select(id => Id(id, node))]
            : [Id(node.Element.GetProperty("eos_token_id"), node)];
    }

    private static int Id(JsonElement element, TokenizerNode node) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var id) && id >= 0 ? id : throw node.Fault("'eos_token_id' is not an id or a list of ids");

    private static TokenizerNode Object(JsonElement element, string path) =>
        element.ValueKind == JsonValueKind.Object ? new TokenizerNode(element, path) : throw new TokenizerException(path, "not a JSON object");
}
