using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Loragate.Governance.Keys.Tokens;

namespace Loragate.Governance.Keys;

/// <summary>A private ECDSA key that signs models, attestations and records: read from a file, or kept by a token that signs with it.</summary>
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

    /// <summary>Reads a private key file, or opens a key that stays on its token.</summary>
    /// <param name="source">The file, or a <c>pkcs11:</c> URI (RFC 7512).</param>
    /// <param name="secrets">Is asked for the passphrase or PIN, where there is one; null where nobody can be asked.</param>
    /// <exception cref="KeyException">Open to other users, not opened by the secret, or not one P-256, P-384 or P-521 key in PKCS#8 PEM or on a token.</exception>
    public static SigningKey Read(string source, SecretSource? secrets = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return TokenUri.IsOne(source) ? OfToken(TokenKeys.Open(TokenUri.Parse(source), secrets)) : FromPem(KeyFile.ReadPrivate(source), source, secrets);
    }

    /// <summary>Reads a private key from PKCS#8 PEM text.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="place">Where it came from, for messages.</param>
    /// <param name="secrets">Is asked for the passphrase of an encrypted key; null where nobody can be asked.</param>
    /// <exception cref="KeyException">Not opened by the passphrase, or not a P-256, P-384 or P-521 key in PKCS#8 PEM.</exception>
    public static SigningKey FromPem(string pem, string place, SecretSource? secrets = null)
    {
        var der = PrivateKeyPem.Decode(pem, place, secrets);
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
        using var certificate = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(_ecdsa), from, until, SerialNumber());
        return certificate.ExportCertificatePem() + "\n";
    }

    /// <inheritdoc/>
    public void Dispose() => _ecdsa.Dispose();

    private static SigningKey OfToken(TokenEcdsa ecdsa) => new(ecdsa, ecdsa.Type);

    /// <summary>Chance, as RFC 5280 §4.1.2.2 and browsers ask: positive and of at most 20 bytes.</summary>
    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7F | 0x40);
        return serial;
    }

    private static KeyException WrongKind(string place, Exception? inner) =>
        new(place, "not a P-256, P-384 or P-521 private key", "Make one with 'loragate keys new --type p256'; Ed25519 keys serve ledgers only.", inner);
}
