using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>Trust in the holder of one key and in nobody else.</summary>
/// <param name="key">The key.</param>
public sealed class KeyTrust(VerificationKey key) : SignerTrust
{
    /// <inheritdoc/>
    public override string Description => $"key {key.Hint.Abbreviated}";

    /// <summary>The key.</summary>
    internal VerificationKey Key => key;

    internal override VerificationKey TrustedKeyOf(VerificationMaterial material, string place)
    {
        if (material is not PublicKeyMaterial { Hint: var hint, Spki: var spki })
            throw new SignatureException(SignatureFault.UnsupportedMethod, place, "signed by certificate, but a bare key was given to verify with");
        if (key.Type == KeyType.Ed25519)
            throw new SignatureException(SignatureFault.OtherKey, place, "an Ed25519 key was given, but bundles are signed with ECDSA keys");
        if (hint is not null && hint != key.Hint.Hex)
            throw new SignatureException(SignatureFault.OtherKey, place, $"signed with the key {hint}, not with the trusted key {key.Hint}");
        if (spki is { } own && !key.HasSpki(own.Span))
            throw new SignatureException(SignatureFault.OtherKey, place, $"the bundle asserts a key of its own that is not the trusted key {key.Hint}");
        return key;
    }
}
