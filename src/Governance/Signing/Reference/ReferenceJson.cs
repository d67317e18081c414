using System.Text;
using System.Text.Json;

namespace Loragate.Governance.Signing.Reference;

/// <summary>
/// JSON as Python's <c>json.loads</c> reads it: of a key that stands twice the last counts, NaN and infinities are numbers, and about a thousand levels nest. A byte
/// order mark is skipped in bytes and refused in text.
/// </summary>
internal static class ReferenceJson
{
    private const int MaxDepth = 990;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly string[] Constants = ["-Infinity", "Infinity", "NaN"];

    /// <exception cref="ReferenceRefusal">Not even that.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> bytes, bool skipMark)
    {
        try
        {
            var text = Utf8.GetString(bytes.Span);
            if (skipMark && text.StartsWith('\uFEFF'))
                text = text[1..];
            using var document = JsonDocument.Parse(WithoutConstants(text), new JsonDocumentOptions { MaxDepth = MaxDepth });
            return document.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException)
        {
            throw new ReferenceRefusal($"not JSON: {e.Message}");
        }
    }

    /// <summary>A member, which must be there.</summary>
    public static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : throw new ReferenceRefusal($"no member '{name}'");

    public static string Text(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString()! : throw new ReferenceRefusal("a value that is no text");
        }
        catch (InvalidOperationException)
        {
            throw new ReferenceRefusal("a text with half of a surrogate pair");
        }
    }

    public static IEnumerable<JsonElement> Items(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : throw new ReferenceRefusal("a value that is no list");

    public static void Only(JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!names.Contains(property.Name))
                throw new ReferenceRefusal($"unknown member '{property.Name}'");
        }
    }

    /// <summary>Constants of Python outside of strings become null: their values are never looked at.</summary>
    private static string WithoutConstants(string text)
    {
        var result = new StringBuilder(text.Length);
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
                quoted = !quoted;
            if (quoted && text[i] == '\\' && i + 1 < text.Length)
                result.Append(text[i++]);
            if (!quoted && Array.Find(Constants, constant => string.CompareOrdinal(text, i, constant, 0, constant.Length) == 0) is { } found)
            {
                result.Append("null");
                i += found.Length - 1;
            }
            else
            {
                result.Append(text[i]);
            }
        }
        return result.ToString();
    }
}
