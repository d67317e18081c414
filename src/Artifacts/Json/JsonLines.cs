using System.Globalization;

namespace Loragate.Artifacts.Json;

/// <summary>JSON Lines (jsonlines.org): a document a line, in UTF-8; lines of nothing but white space are nothing.</summary>
public static class JsonLines
{
    /// <summary>The lines that hold something, unparsed, each with its place: "FILE, line N", from 1.</summary>
    /// <param name="bytes">The file's bytes, whole.</param>
    /// <param name="path">The file, for places.</param>
    public static IEnumerable<(ReadOnlyMemory<byte> Utf8, string Place)> Of(ReadOnlyMemory<byte> bytes, string path)
    {
        for (var (line, rest) = (1, bytes); !rest.IsEmpty; line++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var utf8 = end < 0 ? rest : rest[..end];
            if (!utf8.Span.Trim(" \t\r"u8).IsEmpty)
                yield return (utf8, $"{path}, line {line.ToString(CultureInfo.InvariantCulture)}");
            rest = end < 0 ? default : rest[(end + 1)..];
        }
    }
}
