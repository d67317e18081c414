using System.Globalization;
using System.Text;
using System.Text.Json;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing.Reference;

/// <summary>A bundle as model-signing 1.1.1 reads it: of several signatures the first, base64 with anything between its letters, and the broken encoding of release 0.2.</summary>
internal static class ReferenceBundle
{
    private const string PublicKey = "publicKey";
    private const string Chain = "x509CertificateChain";

    /// <summary>The payload, once its signature would be accepted.</summary>
    /// <exception cref="ReferenceRefusal">It would not.</exception>
    public static byte[] Open(ReadOnlyMemory<byte> bytes, SignerTrust trust)
    {
        var bundle = ReferenceJson.Parse(bytes, skipMark: false);
        var material = ReferenceJson.Member(bundle, "verificationMaterial");
        ReferenceJson.Only(bundle, "mediaType", "verificationMaterial", "dsseEnvelope");
        if (ReferenceJson.Text(ReferenceJson.Member(bundle, "mediaType")) is var type && type != SigstoreBundle.MediaType)
            throw new ReferenceRefusal($"media type '{type}'");
        ReferenceJson.Only(material, PublicKey, Chain, "tlogEntries", "timestampVerificationData");
        if (material.TryGetProperty(PublicKey, out _) == material.TryGetProperty(Chain, out _))
            throw new ReferenceRefusal("not exactly one of a key and a certificate chain");
        var envelope = ReferenceJson.Member(bundle, "dsseEnvelope");
        ReferenceJson.Only(envelope, "payload", "payloadType", "signatures");
        var payload = Base64(ReferenceJson.Member(envelope, "payload"));
        var first = ReferenceJson.Items(ReferenceJson.Member(envelope, "signatures")).Select(one => (JsonElement?)one).FirstOrDefault() ?? throw new ReferenceRefusal("no signature");
        var signature = Base64(ReferenceJson.Member(first, "sig"));
        if (!IsSigned(material, trust, payload, signature))
            throw new ReferenceRefusal("the signature does not belong to the payload and the key");
        return ReferenceJson.Text(ReferenceJson.Member(envelope, "payloadType")) is var payloadType && payloadType == Statement.PayloadType
            ? payload
            : throw new ReferenceRefusal($"payload type '{payloadType}'");
    }

    /// <summary>The payload type that is signed is always in-toto's, whatever the envelope says.</summary>
    private static bool IsSigned(JsonElement material, SignerTrust trust, byte[] payload, byte[] signature)
    {
        var signed = Pae.Encode(Statement.PayloadType, payload);
        if (trust is CertificateTrust certificates)
            return ReferenceChain.KeyOf(Certificates(material), certificates).Verify(signed, signature);
        var key = (trust as KeyTrust)?.Key ?? throw new ReferenceRefusal("it knows keys and root certificates, and no trust policy");
        if (key.Type == KeyType.Ed25519)
            throw new ReferenceRefusal("an Ed25519 key");
        var publicKey = ReferenceJson.Member(material, PublicKey);
        if (publicKey.TryGetProperty("hint", out var hint) && hint.ValueKind == JsonValueKind.String && hint.GetString() is { Length: > 0 } named && named != key.Hint.Hex)
            throw new ReferenceRefusal("the hint names another key");
        return key.Verify(signed, signature) || key.Verify(BrokenPae(payload), signature);
    }

    private static List<byte[]> Certificates(JsonElement material) =>
        [.. ReferenceJson.Items(ReferenceJson.Member(ReferenceJson.Member(material, Chain), "certificates")).Select(one => Base64(ReferenceJson.Member(one, "rawBytes")))];

    /// <summary>Python's <c>b64decode</c>: what is no letter of base64 is skipped.</summary>
    private static byte[] Base64(JsonElement element)
    {
        var letters = new string([.. ReferenceJson.Text(element).Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=')]);
        var bytes = new byte[letters.Length];
        return Convert.TryFromBase64String(letters, bytes, out var count) ? bytes[..count] : throw new ReferenceRefusal("a value that is not base64");
    }

    /// <summary>What release 0.2 signed: "DSSEV1" and Python's notation of the bytes.</summary>
    private static byte[] BrokenPae(byte[] payload)
    {
        var quote = payload.Contains((byte)'\'') && !payload.Contains((byte)'"') ? '"' : '\'';
        var text = new StringBuilder("b").Append(quote);
        foreach (var b in payload)
        {
            _ = (char)b switch
            {
                '\\' => text.Append(@"\\"),
                '\t' => text.Append(@"\t"),
                '\n' => text.Append(@"\n"),
                '\r' => text.Append(@"\r"),
                var c when c == quote => text.Append('\\').Append(c),
                < ' ' or > '~' => text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"),
                var c => text.Append(c),
            };
        }
        text.Append(quote);
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEV1 {Statement.PayloadType.Length} {Statement.PayloadType} {payload.Length} {text}"));
    }
}
