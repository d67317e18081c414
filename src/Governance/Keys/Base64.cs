namespace Loragate.Governance.Keys;

/// <summary>Base64 (RFC 4648) in its one canonical form: padded, no white space, unused bits zero.</summary>
internal static class Base64
{
    /// <summary>The bytes of standard base64 (§4), or null where the text is anything else.</summary>
    public static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length / 4 * 3];
        return text.Length % 4 == 0 && Convert.TryFromBase64String(text, bytes, out var count) && Convert.ToBase64String(bytes, 0, count) == text
            ? bytes[..count]
            : null;
    }

    /// <summary>The bytes of standard (§4) or URL-safe (§5) base64; DSSE accepts either, but not both in one value.</summary>
    public static byte[]? DecodeEither(string text) =>
        text.AsSpan().IndexOfAny('-', '_') < 0 ? Decode(text)
        : text.AsSpan().IndexOfAny('+', '/') < 0 ? Decode(text.Replace('-', '+').Replace('_', '/'))
        : null;
}
