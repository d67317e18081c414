using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Loragate.Governance.Keys.Tokens;

/// <summary>
/// ECDSA with a private key that never leaves its token (CKM_ECDSA over the hash). Every signature is verified before it is given out: the public key beside
/// the private one is only an object of the same label, and a faulty signature can betray the key.
/// </summary>
internal sealed class TokenEcdsa : ECDsa
{
    private readonly Lock _lock = new();
    private readonly TokenSession _token;
    private readonly IObjectHandle _key;
    private readonly ECDsa _public = Create();

    public TokenEcdsa(TokenSession token, IObjectHandle key, VerificationKey publicKey)
    {
        (_token, _key, Type) = (token, key, publicKey.Type);
        _public.ImportFromPem(publicKey.Pem);
        KeySizeValue = _public.KeySize;
    }

    public KeyType Type { get; }

    /// <summary>r ‖ s, each as long as the curve's order (IEEE P1363).</summary>
    /// <exception cref="KeyException">The token refuses, or its answer is no signature by the public key.</exception>
    public override byte[] SignHash(byte[] hash)
    {
        byte[] signature;
        try
        {
            using var mechanism = _token.Factories.MechanismFactory.Create(CKM.CKM_ECDSA);
            lock (_lock)
                signature = _token.Session.Sign(mechanism, _key, hash);
        }
        catch (Pkcs11Exception e)
        {
            throw TokenFault.Of(_token.Uri.Place, e);
        }
        return _public.VerifyHash(hash, signature)
            ? signature
            : throw new KeyException(_token.Uri.Place, "the token's signature does not belong to the public key of the same label", "Take away the public key that is not this private key's, or name one by 'id'.");
    }

    public override bool VerifyHash(byte[] hash, byte[] signature) => _public.VerifyHash(hash, signature);

    public override ECParameters ExportParameters(bool includePrivateParameters) =>
        includePrivateParameters ? throw new CryptographicException("The private key stays on its token.") : _public.ExportParameters(false);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _public.Dispose();
            _token.Dispose();
        }
        base.Dispose(disposing);
    }
}
