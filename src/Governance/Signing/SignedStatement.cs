using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>A statement in an envelope in a bundle, signed and opened.</summary>
internal static class SignedStatement
{
    public static byte[] Sign(ReadOnlyMemory<byte> statement, SigningKey key) =>
        Sign(statement, key, new PublicKeyMaterial(key.Public.Hint.Hex, null));

    public static byte[] Sign(ReadOnlyMemory<byte> statement, SigningKey key, VerificationMaterial material) =>
        new SigstoreBundle(material, DsseEnvelope.Sign(Statement.PayloadType, statement, key)).ToBytes();

    /// <summary>The statement of a bundle that <paramref name="key"/> signed.</summary>
    /// <exception cref="SignatureException">The first thing that is wrong, from the outside in.</exception>
    public static Statement Open(ReadOnlyMemory<byte> bundle, VerificationKey key, string place)
    {
        var parsed = SigstoreBundle.Parse(bundle, place);
        if (parsed.Material is not PublicKeyMaterial material)
            throw new SignatureException(SignatureFault.UnsupportedMethod, place, "signed by certificate, but a bare key was given to verify with");
        CheckKey(material, key, place);
        return Open(parsed, key, place);
    }

    /// <summary>The statement of a bundle that the holder of a trusted certificate signed.</summary>
    /// <exception cref="SignatureException">The first thing that is wrong, from the outside in.</exception>
    public static Statement Open(ReadOnlyMemory<byte> bundle, CertificateTrust trust, string place)
    {
        var parsed = SigstoreBundle.Parse(bundle, place);
        return Open(parsed, trust.KeyOf(parsed.Material, place), place);
    }

    /// <summary>The same byte array is verified and parsed.</summary>
    private static Statement Open(SigstoreBundle parsed, VerificationKey key, string place)
    {
        if (parsed.Envelope.PayloadType != Statement.PayloadType)
            throw new SignatureException(SignatureFault.OtherPayloadType, place, $"payload type '{parsed.Envelope.PayloadType}' where '{Statement.PayloadType}' was expected");
        return parsed.Envelope.CountSigners([key]) == 1
            ? Statement.Parse(parsed.Envelope.Payload, $"{place}, payload")
            : throw new SignatureException(SignatureFault.BadSignature, place, "the signature does not belong to this payload and key");
    }

    private static void CheckKey(PublicKeyMaterial material, VerificationKey key, string place)
    {
        if (key.Type == KeyType.Ed25519)
            throw new SignatureException(SignatureFault.OtherKey, place, "an Ed25519 key was given, but bundles are signed with ECDSA keys");
        if (material.Hint is { } hint && hint != key.Hint.Hex)
            throw new SignatureException(SignatureFault.OtherKey, place, $"signed with the key {hint}, not with the trusted key {key.Hint}");
        if (material.Spki is { } spki && !key.HasSpki(spki.Span))
            throw new SignatureException(SignatureFault.OtherKey, place, $"the bundle asserts a key of its own that is not the trusted key {key.Hint}");
    }
}
