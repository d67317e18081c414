using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Records;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing.Timestamps;

namespace Loragate.Governance.Signing;

/// <summary>
/// A Sigstore bundle v0.3 with a DSSE envelope: exactly one signature and exactly one kind of verification material, nothing
/// that the schema does not know (OMS v1.0 §4, schemas/v1.0/bundle.schema.json).
/// </summary>
/// <param name="Material">Who signed.</param>
/// <param name="Envelope">What was signed.</param>
public sealed record SigstoreBundle(VerificationMaterial Material, DsseEnvelope Envelope)
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>The most bytes that a bundle may have.</summary>
    public const int MaxBytes = 64 << 20;
    private const int MaxCertificates = 16;
    private const int MaxTimestamps = 16;
    private const string PublicKey = "publicKey";
    private const string RawBytes = "rawBytes";
    private const string Chain = "x509CertificateChain";
    private const string Verification = "verificationMaterial";
    private const string TimestampData = "timestampVerificationData";
    private const string Timestamps3161 = "rfc3161Timestamps";
    private const string SignedTimestamp = "signedTimestamp";

    /// <summary>Time stamps (RFC 3161) over the signature, in DER: each is one, and about it. Whether its authority is to be trusted is for the verifier to say.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Timestamps { get; init; } = [];

    /// <summary>Reads a bundle.</summary>
    /// <exception cref="SignatureException">Anything but a strict bundle, or one with a time stamp that is not about its signature.</exception>
    public static SigstoreBundle Parse(ReadOnlyMemory<byte> utf8, string place)
    {
        if (utf8.Length > MaxBytes)
            throw new SignatureException(SignatureFault.MalformedBundle, place, $"{utf8.Length} bytes where a bundle has at most {MaxBytes}");
        try
        {
            using var document = StrictJson.Parse(utf8, place);
            var bundle = FromJson(new JsonFields(document.RootElement, place, SignatureFault.MalformedBundle));
            foreach (var stamp in bundle.Timestamps)
                TimestampTrust.RequireAbout(stamp, bundle, place);
            return bundle;
        }
        catch (JsonFormatException e)
        {
            throw new SignatureException(SignatureFault.MalformedBundle, place, e.Fault, e);
        }
    }

    /// <summary>Reads a bundle that must have the one form in which it is written: what others may add to a file, nobody has signed.</summary>
    /// <exception cref="SignatureException">The same, or another form.</exception>
    internal static SigstoreBundle ParseWritten(ReadOnlyMemory<byte> utf8, string place) => Parse(utf8, place) is var bundle && bundle.IsWrittenAs(utf8.Span)
        ? bundle
        : throw new SignatureException(SignatureFault.MalformedBundle, place, "not in the one form (RFC 8785) in which it is written: it was changed");

    /// <summary>A bundle with one time stamp more, in canonical JSON; whatever else it holds stays as it is.</summary>
    /// <param name="bundle">A strict bundle.</param>
    /// <param name="response">The authority's response (RFC 3161), DER.</param>
    internal static byte[] WithTimestamp(ReadOnlySpan<byte> bundle, ReadOnlySpan<byte> response)
    {
        var root = JsonNode.Parse(bundle)!;
        var material = root[Verification]!;
        var data = material[TimestampData] ??= new JsonObject();
        var stamps = (JsonArray)(data[Timestamps3161] ??= new JsonArray());
        stamps.Add(new JsonObject { [SignedTimestamp] = Convert.ToBase64String(response) });
        return RecordJson.Canonical(root);
    }

    /// <summary>The bundle as it is signed, without time stamps, in its one form: canonical JSON.</summary>
    public byte[] ToBytes() => RecordJson.Canonical(new JsonObject
    {
        ["mediaType"] = MediaType,
        [Verification] = MaterialToJson(),
        ["dsseEnvelope"] = Envelope.ToJson(),
    });

    /// <summary>The key that the bundle says it was signed with, by its fingerprint, its certificate or, in bundles from before OMS 1.0, the key itself: nothing is proved by that. Null where it names none that can be.</summary>
    /// <param name="place">The bundle's file, for messages.</param>
    /// <exception cref="SignatureException">What it holds for a key is none.</exception>
    public Digest? ClaimedKey(string place) => Material switch
    {
        PublicKeyMaterial { Hint: { } hint } => Digest.TryParse(hint, out var key) ? key : null,
        PublicKeyMaterial { Spki: { } spki } => KeyOf(spki, place).Hint,
        CertificateChainMaterial { Certificates: [var own, ..] } => CertificateTrust.KeyOf(own, place).Hint,
        _ => null,
    };

    /// <summary>Whether these bytes are the ones that are written of this bundle, time stamps included: nothing beside them that no signature covers.</summary>
    internal bool IsWrittenAs(ReadOnlySpan<byte> bytes) =>
        Material is not PublicKeyMaterial { Hint: null } && Envelope.Signatures is [{ KeyId: "" }] && Timestamps.All(StampResponse.IsBare)
            && Timestamps.Aggregate(ToBytes(), (bundle, stamp) => WithTimestamp(bundle, stamp.Span)).AsSpan().SequenceEqual(bytes);

    private static SigstoreBundle FromJson(JsonFields fields)
    {
        fields.Only("mediaType", Verification, "dsseEnvelope");
        if (fields.Text("mediaType") is var mediaType && mediaType != MediaType)
            throw fields.Refuse($"media type '{mediaType}' where '{MediaType}' was expected");
        var envelope = fields.Object("dsseEnvelope").Only("payload", "payloadType", "signatures");
        foreach (var signature in envelope.Objects("signatures"))
            signature.Only("sig", "keyid");
        var (parsed, material) = (DsseEnvelope.FromJson(envelope), fields.Object(Verification));
        return parsed.Signatures.Count == 1
            ? new SigstoreBundle(ParseMaterial(material), parsed) { Timestamps = material.Has(TimestampData) ? [.. ParseTimestamps(material.Object(TimestampData).Only(Timestamps3161))] : [] }
            : throw envelope.Refuse($"{parsed.Signatures.Count} signatures where a bundle carries exactly one");
    }

    private static VerificationKey KeyOf(ReadOnlyMemory<byte> spki, string place)
    {
        try
        {
            return VerificationKey.FromSpki(spki.ToArray(), place);
        }
        catch (KeyException fault)
        {
            throw new SignatureException(SignatureFault.MalformedBundle, place, $"what it holds as 'rawBytes' is {fault.Fault}", fault);
        }
    }

    private static VerificationMaterial ParseMaterial(JsonFields fields)
    {
        if (fields.Has("certificate"))
            throw new SignatureException(SignatureFault.UnsupportedMethod, fields.Place, "the keyless method is not supported");
        fields.Only(PublicKey, Chain, "tlogEntries", TimestampData);
        return (fields.Has(PublicKey), fields.Has(Chain)) switch
        {
            (true, false) => Key(fields.Object(PublicKey)),
            (false, true) => new CertificateChainMaterial([.. Certificates(fields.Object(Chain).Only("certificates"))]),
            (true, true) => throw fields.Refuse("a key and a certificate chain together"),
            _ => throw fields.Refuse("neither a key nor a certificate chain"),
        };
    }

    private static PublicKeyMaterial Key(JsonFields fields)
    {
        fields.Only("hint", RawBytes, "keyDetails", "validFor");
        var hint = fields.Has("hint") ? fields.Text("hint") : null;
        ReadOnlyMemory<byte>? spki = fields.Has(RawBytes) ? Bytes(fields, RawBytes) : default(ReadOnlyMemory<byte>?);
        return hint is null && spki is null ? throw fields.Refuse("neither 'hint' nor 'rawBytes'") : new PublicKeyMaterial(hint, spki);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Certificates(JsonFields fields)
    {
        var certificates = fields.Objects("certificates");
        if (certificates.Count is 0 or > MaxCertificates)
            throw fields.Refuse($"{certificates.Count} certificates where 1 to {MaxCertificates} are read");
        foreach (var certificate in certificates)
            yield return Bytes(certificate.Only(RawBytes), RawBytes);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> ParseTimestamps(JsonFields fields)
    {
        var stamps = fields.Has(Timestamps3161) ? fields.Objects(Timestamps3161) : [];
        if (stamps.Count > MaxTimestamps)
            throw fields.Refuse($"{stamps.Count} time stamps where at most {MaxTimestamps} are read");
        foreach (var stamp in stamps)
            yield return Bytes(stamp.Only(SignedTimestamp), SignedTimestamp);
    }

    private static ReadOnlyMemory<byte> Bytes(JsonFields fields, string name) =>
        Base64.Decode(fields.Text(name)) ?? throw fields.Refuse($"member '{name}' is not canonical base64");

    private JsonObject MaterialToJson() => Material switch
    {
        PublicKeyMaterial { Hint: { } hint } => new JsonObject { [PublicKey] = new JsonObject { ["hint"] = hint }, ["tlogEntries"] = new JsonArray() },
        CertificateChainMaterial { Certificates: var chain } => new JsonObject { [Chain] = new JsonObject { ["certificates"] = ToJson(chain) }, ["tlogEntries"] = new JsonArray() },
        _ => throw new InvalidOperationException("Bundles without a hint are read, not written."),
    };

    private static JsonArray ToJson(IReadOnlyList<ReadOnlyMemory<byte>> certificates) =>
        new([.. certificates.Select(der => new JsonObject { [RawBytes] = Convert.ToBase64String(der.Span) })]);
}
