using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Json;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>
/// A DSSE envelope (Dead Simple Signing Envelope v1): payload bytes, their type, and signatures over both. The bytes that are
/// verified are the bytes in <see cref="Payload"/>: nothing is parsed twice.
/// </summary>
/// <param name="PayloadType">What the payload is.</param>
/// <param name="Payload">The signed bytes.</param>
/// <param name="Signatures">The signatures.</param>
public sealed record DsseEnvelope(string PayloadType, ReadOnlyMemory<byte> Payload, IReadOnlyList<DsseSignature> Signatures)
{
    private const int MaxSignatures = 256;

    /// <summary>Signs a payload.</summary>
    public static DsseEnvelope Sign(string payloadType, ReadOnlyMemory<byte> payload, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new DsseEnvelope(payloadType, payload, [new DsseSignature(key.Sign(Pae.Encode(payloadType, payload.Span)), "")]);
    }

    /// <summary>Reads an envelope; unknown members are ignored, as DSSE demands.</summary>
    /// <exception cref="SignatureException">Not strict JSON, members missing or of another kind, base64 that is not canonical.</exception>
    public static DsseEnvelope Parse(ReadOnlyMemory<byte> utf8, string place)
    {
        try
        {
            using var document = StrictJson.Parse(utf8, place);
            return FromJson(new JsonFields(document.RootElement, place, SignatureFault.MalformedBundle));
        }
        catch (JsonFormatException e)
        {
            throw new SignatureException(SignatureFault.MalformedBundle, place, e.Fault, e);
        }
    }

    /// <summary>How many different keys of <paramref name="keys"/> signed this envelope.</summary>
    /// <param name="keys">The trusted keys; the same key twice counts once.</param>
    /// <param name="format">The form of ECDSA signatures: DER unless the parties agreed on r ‖ s.</param>
    public int CountSigners(IEnumerable<VerificationKey> keys, DSASignatureFormat format = DSASignatureFormat.Rfc3279DerSequence)
    {
        var signed = Pae.Encode(PayloadType, Payload.Span);
        return keys.DistinctBy(key => key.Hint).Count(key => Signatures.Any(signature => key.Verify(signed, signature.Bytes.Span, format)));
    }

    /// <summary>The envelope as JSON.</summary>
    internal JsonObject ToJson() => new()
    {
        ["payload"] = Convert.ToBase64String(Payload.Span),
        ["payloadType"] = PayloadType,
        ["signatures"] = new JsonArray([.. Signatures.Select(ToJson)]),
    };

    internal static DsseEnvelope FromJson(JsonFields fields)
    {
        var signatures = fields.Objects("signatures");
        if (signatures.Count is 0 or > MaxSignatures)
            throw fields.Refuse($"{signatures.Count} signatures where 1 to {MaxSignatures} are read");
        return new DsseEnvelope(fields.Text("payloadType"), Bytes(fields, "payload"), [.. signatures.Select(Signature)]);
    }

    private static DsseSignature Signature(JsonFields fields) =>
        new(Bytes(fields, "sig"), fields.Has("keyid") && !fields.IsNull("keyid") ? fields.Text("keyid") : null);

    private static byte[] Bytes(JsonFields fields, string name) =>
        Base64.DecodeEither(fields.Text(name)) ?? throw fields.Refuse($"member '{name}' is not canonical base64");

    private static JsonNode ToJson(DsseSignature signature) => new JsonObject
    {
        ["keyid"] = signature.KeyId,
        ["sig"] = Convert.ToBase64String(signature.Bytes.Span),
    };
}
