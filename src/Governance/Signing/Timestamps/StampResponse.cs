using System.Formats.Asn1;

namespace Loragate.Governance.Signing.Timestamps;

/// <summary>An authority's answer (RFC 3161 §2.4.2): a status, which nobody signs and which may hold any words, and the token.</summary>
internal static class StampResponse
{
    /// <summary>The token of a response, or the bytes where they are no response: a token begins with an object identifier, a response with its status.</summary>
    /// <exception cref="AsnContentException">Neither.</exception>
    public static ReadOnlyMemory<byte> TokenIn(ReadOnlyMemory<byte> bytes)
    {
        var reader = new AsnReader(bytes, AsnEncodingRules.BER);
        var content = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        if (content.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier))
            return bytes;
        _ = content.ReadSequence();
        var token = content.ReadEncodedValue();
        content.ThrowIfNotEmpty();
        return token;
    }

    /// <summary>A response that says "granted" and nothing more before its token.</summary>
    /// <exception cref="AsnContentException">No response.</exception>
    public static byte[] Bare(ReadOnlyMemory<byte> response)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
                writer.WriteInteger(0);
            writer.WriteEncodedValue(TokenIn(response).Span);
        }
        return writer.Encode();
    }

    /// <summary>Whether some bytes are a token, or a response in the form of <see cref="Bare"/>.</summary>
    public static bool IsBare(ReadOnlyMemory<byte> stamp)
    {
        try
        {
            return TokenIn(stamp).Length == stamp.Length || Bare(stamp).AsSpan().SequenceEqual(stamp.Span);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
