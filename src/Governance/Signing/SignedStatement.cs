using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>A statement in an envelope in a bundle, signed and opened.</summary>
internal static class SignedStatement
{
    public static byte[] Sign(ReadOnlyMemory<byte> statement, Signer signer) =>
        new SigstoreBundle(signer.Material, DsseEnvelope.Sign(Statement.PayloadType, statement, signer.Key)).ToBytes();

    /// <summary>The statement of a bundle that somebody trusted signed.</summary>
    /// <exception cref="SignatureException">The first thing that is wrong, from the outside in.</exception>
    public static Statement Open(ReadOnlyMemory<byte> bundle, SignerTrust trust, string place)
    {
        var parsed = SigstoreBundle.Parse(bundle, place);
        return Open(parsed, trust.TrustedKeyOf(parsed.Material, place), place);
    }

    /// <summary>The statement of a bundle that <paramref name="key"/> signed; the same byte array is verified and parsed.</summary>
    /// <exception cref="SignatureException">Another payload, another signer, or no statement.</exception>
    public static Statement Open(SigstoreBundle parsed, VerificationKey key, string place)
    {
        if (parsed.Envelope.PayloadType != Statement.PayloadType)
            throw new SignatureException(SignatureFault.OtherPayloadType, place, $"payload type '{parsed.Envelope.PayloadType}' where '{Statement.PayloadType}' was expected");
        return IsSignedWith(parsed, key)
            ? Statement.Parse(parsed.Envelope.Payload, $"{place}, payload")
            : throw new SignatureException(SignatureFault.BadSignature, place, "the signature does not belong to this payload and key");
    }

    /// <summary>Whether the bundle's one signature is this key's.</summary>
    public static bool IsSignedWith(SigstoreBundle parsed, VerificationKey key) => parsed.Envelope.CountSigners([key]) == 1;
}
