using System.Text;

namespace Loragate.EvalHarness.Tokenizers;

/// <summary>
/// GPT-2's printable alphabet for bytes (Radford et al. 2019, bytes_to_unicode): printable Latin-1 bytes stand for themselves,
/// the other 68 for U+0100 onwards in ascending order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Build();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(b => Characters[b], b => (byte)b);

    /// <summary>The text's UTF-8 bytes, a character each.</summary>
    public static string Encode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return string.Create(bytes.Length, bytes, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = Characters[source[i]];
        });
    }

    /// <summary>Appends the bytes of a token; a token with a character outside of the alphabet counts as UTF-8 text.</summary>
    public static void Decode(string token, List<byte> bytes)
    {
        var start = bytes.Count;
        foreach (var c in token)
        {
            if (!Bytes.TryGetValue(c, out var value))
            {
                bytes.RemoveRange(start, bytes.Count - start);
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
                return;
            }
            bytes.Add(value);
        }
    }

    private static char[] Build()
    {
        var next = 256;
        return [.. Enumerable.Range(0, 256).Select(b => IsPrintable(b) ? (char)b : (char)next++)];
    }

    private static bool IsPrintable(int b) => b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
}
