using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing.Reference;

/// <summary>A chain as model-signing 1.1.1 judges it: at the moment at which the signer's certificate began, so that none is ever expired, and for any use.</summary>
internal static class ReferenceChain
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    /// <exception cref="ReferenceRefusal">It would refuse the chain.</exception>
    public static VerificationKey KeyOf(IReadOnlyList<byte[]> chain, CertificateTrust trust)
    {
        if (chain.Count == 0)
            throw new ReferenceRefusal("an empty chain");
        var certificates = new X509Certificate2Collection();
        try
        {
            foreach (var der in chain)
                certificates.Add(X509CertificateLoader.LoadCertificate(der));
            var signer = certificates[0];
            if (trust.ChainFault(certificates, signer.NotBefore.ToUniversalTime()) is { } fault)
                throw new ReferenceRefusal(fault);
            return CanSign(signer) ? VerificationKey.FromSpki(signer.PublicKey.ExportSubjectPublicKeyInfo(), "certificate") : throw new ReferenceRefusal("the certificate is not for signing");
        }
        catch (Exception e) when (e is CryptographicException or KeyException)
        {
            throw new ReferenceRefusal("a certificate that cannot be used");
        }
        finally
        {
            foreach (var certificate in certificates)
                certificate.Dispose();
        }
    }

    private static bool CanSign(X509Certificate2 signer) => signer.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is { } usage
        && (usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature)
            || signer.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(extension => extension.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == CodeSigning)));
}
