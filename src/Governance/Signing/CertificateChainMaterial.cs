using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>The certificate method: X.509 certificates in DER, the signer's first.</summary>
/// <param name="Certificates">The chain as it was found; nothing about it is trusted yet.</param>
public sealed record CertificateChainMaterial(IReadOnlyList<ReadOnlyMemory<byte>> Certificates) : VerificationMaterial
{
    private const string Advice = "Give the signer's certificate first, then the intermediates, in PEM.";

    /// <summary>Reads a chain to sign with from files.</summary>
    /// <param name="certificate">The signer's certificate in PEM; what follows it there is taken as well.</param>
    /// <param name="chain">The intermediates in PEM, or null.</param>
    /// <param name="key">The key that will sign.</param>
    /// <exception cref="KeyException">No such file, no certificate, a malformed one, or the first is over another key.</exception>
    public static CertificateChainMaterial Read(string certificate, string? chain, VerificationKey key) =>
        FromPem(KeyFile.ReadCertificates(certificate) + (chain is null ? "" : "\n" + KeyFile.ReadCertificates(chain)), key, certificate);

    /// <summary>Reads a chain to sign with.</summary>
    /// <param name="pem">Certificates in PEM, the signer's first; the root may be left out.</param>
    /// <param name="key">The key that will sign: the first certificate must be over it.</param>
    /// <param name="place">Where the text came from, for messages.</param>
    /// <exception cref="KeyException">No certificate, a malformed one, or the first is over another key.</exception>
    public static CertificateChainMaterial FromPem(string pem, VerificationKey key, string place)
    {
        ArgumentNullException.ThrowIfNull(key);
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new KeyException(place, "a malformed certificate", Advice, e);
        }
        if (certificates.Count == 0)
            throw new KeyException(place, "no certificate", Advice);
        return key.HasSpki(certificates[0].PublicKey.ExportSubjectPublicKeyInfo())
            ? new CertificateChainMaterial([.. certificates.Select(certificate => certificate.RawDataMemory)])
            : throw new KeyException(place, "the first certificate is over another key", Advice);
    }
}
