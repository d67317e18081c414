using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Loragate.Governance.Keys;

/// <summary>A private ECDSA key that signs models, attestations and records.</summary>
public sealed class SigningKey : IDisposable
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    private readonly ECDsa _ecdsa;

    private SigningKey(ECDsa ecdsa, KeyType type)
    {
        _ecdsa = ecdsa;
        Public = VerificationKey.Of(ecdsa, type);
    }

    /// <summary>The public half.</summary>
    public VerificationKey Public { get; }

    /// <summary>The kind of key.</summary>
    public KeyType Type => Public.Type;

    /// <summary>The key itself, for formats that sign by their own rules (CMS).</summary>
    internal ECDsa Algorithm => _ecdsa;

    /// <summary>Reads a private key file.</summary>
    /// <exception cref="KeyException">Open to other users, encrypted, or not a P-256, P-384 or P-521 key in PKCS#8 PEM.</exception>
    public static SigningKey Read(string path) => FromPem(KeyFile.ReadPrivate(path), path);

    /// <summary>Reads a private key from PKCS#8 PEM text.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="place">Where it came from, for messages.</param>
    /// <exception cref="KeyException">Encrypted, or not a P-256, P-384 or P-521 key in PKCS#8 PEM.</exception>
    public static SigningKey FromPem(string pem, string place)
    {
        var der = Pem.Decode(pem, Pem.PrivateKey, place);
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportPkcs8PrivateKey(der, out var read);
            if (read == der.Length && EcdsaCurve.Of(ecdsa) is { } curve)
                return new SigningKey(ecdsa, curve.Type);
        }
        catch (CryptographicException e)
        {
            ecdsa.Dispose();
            throw WrongKind(place, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
        ecdsa.Dispose();
        throw WrongKind(place, null);
    }

    /// <summary>Signs bytes: ECDSA with the curve's hash, as DER (RFC 3279 §2.2.3). The nonce makes every signature differ.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) =>
        _ecdsa.SignData(data, EcdsaCurve.Of(Type).Hash, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>
    /// A certificate in which the key vouches for itself (RFC 5280): for digital signatures and code signing, as OMS v1.0 §5.2 asks of a
    /// signer. Whoever is to trust it needs it as a root.
    /// </summary>
    /// <param name="name">The common name.</param>
    /// <param name="from">Valid from.</param>
    /// <param name="until">Valid until.</param>
    /// <returns>The certificate in PEM.</returns>
    public string SelfSign(string name, DateTimeOffset from, DateTimeOffset until)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name);
        var request = new CertificateRequest(subject.Build(), _ecdsa, EcdsaCurve.Of(Type).Hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(CodeSigning)], critical: false));
        using var certificate = request.CreateSelfSigned(from, until);
        return certificate.ExportCertificatePem() + "\n";
    }

    /// <inheritdoc/>
    public void Dispose() => _ecdsa.Dispose();

    private static KeyException WrongKind(string place, Exception? inner) =>
        new(place, "not a P-256, P-384 or P-521 private key", "Make one with 'loragate keys new --type p256'; Ed25519 keys serve ledgers only.", inner);
}
