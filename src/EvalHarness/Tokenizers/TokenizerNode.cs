using System.Text.Json;

namespace Loragate.EvalHarness.Tokenizers;

/// <summary>A JSON object of a tokenizer file together with its place, so that every fault names both.</summary>
/// <param name="Element">The object.</param>
/// <param name="Place">The file and the path in it.</param>
internal readonly record struct TokenizerNode(JsonElement Element, string Place)
{
    /// <summary>The most entries of a list or object: the largest vocabularies have 300,000, and their merges twice as many.</summary>
    public const int MaxEntries = 1 << 20;

    /// <summary>The component's kind.</summary>
    public string Type => Text("type");

    /// <summary>A required string.</summary>
    public string Text(string key) => Element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw Fault($"'{key}' is not a string");

    /// <summary>A string, or null where the key is absent or null.</summary>
    public string? OptionalText(string key) => Has(key) ? Text(key) : null;

    /// <summary>A truth value, or the library's default where the key is absent.</summary>
    public bool Flag(string key, bool absent) => !Has(key) ? absent : Element.GetProperty(key).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault($"'{key}' is not true or false"),
    };

    /// <summary>A whole number that is not negative.</summary>
    public int Number(string key) =>
        Element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0
            ? number
            : throw Fault($"'{key}' is not a whole number");

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string key) => Element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A nested object, or null.</summary>
    public TokenizerNode? Child(string key)
    {
        if (!Has(key))
            return null;
        var value = Element.GetProperty(key);
        return value.ValueKind == JsonValueKind.Object ? new TokenizerNode(value, $"{Place}: {key}") : throw Fault($"'{key}' is not an object");
    }

    /// <summary>A required list of objects.</summary>
    public IReadOnlyList<TokenizerNode> Children(string key)
    {
        var place = $"{Place}: {key}";
        return [.. List(key).Select((item, i) => item.ValueKind == JsonValueKind.Object
            ? new TokenizerNode(item, $"{place}[{i}]")
            : throw new TokenizerException($"{place}[{i}]", "not an object"))];
    }

    /// <summary>A required list.</summary>
    public JsonElement.ArrayEnumerator List(string key) =>
        Element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Array ? Within(value, key, value.GetArrayLength()).EnumerateArray() : throw Fault($"'{key}' is not a list");

    /// <summary>A required object as its members.</summary>
    public JsonElement.ObjectEnumerator Members(string key) =>
        Element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Object ? Within(value, key, value.GetPropertyCount()).EnumerateObject() : throw Fault($"'{key}' is not an object");

    /// <summary>A fault of this object.</summary>
    public TokenizerException Fault(string fault) => new(Place, fault);

    private JsonElement Within(JsonElement value, string key, int entries) =>
        entries <= MaxEntries ? value : throw new TokenizerException(Place, $"'{key}' has {entries} entries, more than {MaxEntries}", "Restore the base model's own file.");

    /// <summary>The refusal of a kind that this version does not support.</summary>
    public TokenizerException Unsupported(string what) =>
        new(Place, $"{what} '{Type}' is not supported", "BPE, Unigram and WordPiece with the components of docs/tokenizers.md are.");
}
