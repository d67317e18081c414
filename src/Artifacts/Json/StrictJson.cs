using System.Globalization;
using System.Text;
using System.Text.Json;
using Loragate.Artifacts.Folders;

namespace Loragate.Artifacts.Json;

/// <summary>
/// Reads JSON so that every reader sees the same document: no duplicate keys, byte order mark, comments, trailing commas,
/// lone surrogates, invalid UTF-8, numbers beyond a double, or depth beyond <see cref="MaxDepth"/>.
/// </summary>
public static class StrictJson
{
    /// <summary>The deepest nesting of arrays and objects.</summary>
    public const int MaxDepth = 64;

    private static ReadOnlySpan<byte> Mark => "\uFEFF"u8;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = MaxDepth,
    };

    /// <summary>Parses one JSON document; the caller disposes it.</summary>
    /// <param name="utf8">The bytes, whole.</param>
    /// <param name="place">The file, for the error message.</param>
    /// <param name="skipsMark">Whether a byte order mark may stand before the document; whoever allows it tells of it (<see cref="HasMark"/>).</param>
    /// <exception cref="JsonFormatException">The bytes are not strict JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string place, bool skipsMark = false)
    {
        try
        {
            if (skipsMark && HasMark(utf8))
                utf8 = utf8[Mark.Length..];
            if (HasMark(utf8))
                throw new JsonException("a byte order mark stands before the JSON");
            _ = Utf8.GetCharCount(utf8.Span);
            var document = JsonDocument.Parse(utf8, Options);
            CheckValues(document.RootElement);
            return document;
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            throw new JsonFormatException(place, $"not strict JSON ({Reason(e)})", "Write the file again with a JSON library.", e);
        }
    }

    /// <summary>Whether a byte order mark stands before the document.</summary>
    public static bool HasMark(ReadOnlyMemory<byte> utf8) => utf8.Span.StartsWith(Mark);

    /// <summary>Reads and parses a file of at most <paramref name="maxBytes"/> bytes; the caller disposes the document.</summary>
    /// <exception cref="JsonFormatException">The file is too large or not strict JSON.</exception>
    /// <exception cref="FolderException">A device, pipe or socket, or a link to one.</exception>
    public static JsonDocument ParseFile(string path, int maxBytes, bool skipsMark = false)
    {
        PlainFile.CheckTarget(path);
        var length = new FileInfo(path).Length;
        return length <= maxBytes
            ? Parse(File.ReadAllBytes(path), path, skipsMark)
            : throw new JsonFormatException(path, $"{length} bytes of JSON where at most {maxBytes} are read", "Check that this is the right file.");
    }

    /// <summary>Parses one JSON document or says no.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, out JsonDocument? document)
    {
        try
        {
            document = Parse(utf8, "");
            return true;
        }
        catch (JsonFormatException)
        {
            document = null;
            return false;
        }
    }

    /// <summary>The library's reason, with its position counted from 1.</summary>
    private static string Reason(Exception exception)
    {
        var reason = exception.Message.Split(" LineNumber: ")[0].TrimEnd('.', '|', ' ');
        return exception is JsonException { LineNumber: { } line, BytePositionInLine: { } position }
            ? string.Create(CultureInfo.InvariantCulture, $"{reason}, at byte {position + 1}{(line == 0 ? "" : $" of line {line + 1}")}")
            : reason;
    }

    /// <summary>Forces every string to be decoded (lone surrogate escapes throw) and every number to fit a double.</summary>
    private static void CheckValues(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    CheckValues(property.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    CheckValues(item);
                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Number:
                if (!double.IsFinite(element.GetDouble()))
                    throw new JsonException($"the number {element.GetRawText()} is beyond a double");
                break;
        }
    }
}
