using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>Who signs: a key, alone or with the certificates that vouch for it. The key stays its owner's to dispose.</summary>
public sealed class Signer
{
    private readonly CertificateChainMaterial? _chain;

    /// <summary>Signs by the key method, or with certificates by theirs.</summary>
    /// <param name="key">The private key.</param>
    /// <param name="chain">The certificate over it and its intermediates; null for a bare key.</param>
    public Signer(SigningKey key, CertificateChainMaterial? chain = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        (Key, _chain) = (key, chain);
    }

    /// <summary>The private key.</summary>
    public SigningKey Key { get; }

    /// <summary>Recognises what this signer signed before, and nobody else's signatures.</summary>
    public SignerTrust Own => _chain is null ? new KeyTrust(Key.Public) : new ChainTrust(_chain, Key.Public);

    internal VerificationMaterial Material => _chain is null ? new PublicKeyMaterial(Key.Public.Hint.Hex, null) : _chain;

    /// <summary>Whether a bundle's signature was made with this key, whatever the bundle says of its signer.</summary>
    public bool HasSigned(SigstoreBundle bundle) => SignedStatement.IsSignedWith(bundle, Key.Public);
}
