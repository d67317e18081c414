using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>
/// Trust in whoever holds a certificate under given roots: no other root counts, least of all the system's. The chain must hold
/// at one stated time: a proved signing time, or now. Revocation is not looked up: verification is offline.
/// </summary>
public sealed class CertificateTrust : SignerTrust
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    private readonly X509Certificate2Collection _roots;
    private readonly DateTimeOffset? _at;

    private CertificateTrust(X509Certificate2Collection roots, DateTimeOffset? at, string place) => (_roots, _at, Description) = (roots, at, $"a certificate under {place}");

    /// <inheritdoc/>
    public override string Description { get; }

    /// <summary>Trusts the certificates of a PEM file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="at">The time at which chains must hold.</param>
    /// <exception cref="KeyException">No such file, no certificate, or a malformed one.</exception>
    public static CertificateTrust Read(string path, DateTimeOffset at) => FromPem(KeyFile.ReadCertificates(path), at, path);

    /// <summary>Trusts the certificates of a PEM text.</summary>
    /// <param name="pem">One or more root certificates.</param>
    /// <param name="at">The time at which chains must hold; null judges nobody's days.</param>
    /// <param name="place">Where the text came from, for messages.</param>
    /// <exception cref="KeyException">No certificate, or a malformed one.</exception>
    public static CertificateTrust FromPem(string pem, DateTimeOffset? at, string place)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new KeyException(place, "a malformed certificate", "Give root certificates in PEM.", e);
        }
        return roots.Count > 0 ? new CertificateTrust(roots, at, place) : throw new KeyException(place, "no certificate", "Give root certificates in PEM.");
    }

    /// <summary>The key of the signer's certificate, after its chain held.</summary>
    /// <exception cref="SignatureException">Not signed by certificate, or the chain does not hold.</exception>
    internal override VerificationKey TrustedKeyOf(VerificationMaterial material, string place)
    {
        if (material is not CertificateChainMaterial { Certificates: var chain })
            throw new SignatureException(SignatureFault.UnsupportedMethod, place, "signed by a bare key, but root certificates were given to verify with");
        var certificates = new X509Certificate2Collection();
        try
        {
            foreach (var der in chain)
                certificates.Add(Load(der, place));
            CheckUsage(certificates[0], place);
            if (ChainFault(certificates, _at?.UtcDateTime) is { } fault)
                throw new SignatureException(SignatureFault.UntrustedCertificate, place, fault);
            return KeyOf(certificates[0], place);
        }
        catch (CryptographicException e)
        {
            throw new SignatureException(SignatureFault.MalformedBundle, place, "a certificate is malformed", e);
        }
        catch (KeyException e)
        {
            throw new SignatureException(SignatureFault.UntrustedCertificate, place, "the certificate's key is not on P-256, P-384 or P-521", e);
        }
        finally
        {
            foreach (var certificate in certificates)
                certificate.Dispose();
        }
    }

    /// <summary>The key that a certificate is over; whether it is to be trusted is not asked.</summary>
    /// <param name="der">The certificate.</param>
    /// <param name="place">The bundle's file, for messages.</param>
    /// <exception cref="SignatureException">Not exactly one certificate in DER, or over a key of another kind.</exception>
    internal static VerificationKey KeyOf(ReadOnlyMemory<byte> der, string place)
    {
        try
        {
            using var certificate = Load(der, place);
            return KeyOf(certificate, place);
        }
        catch (Exception e) when (e is CryptographicException or KeyException)
        {
            throw new SignatureException(SignatureFault.MalformedBundle, place, "a certificate is malformed, or over a key of another kind", e);
        }
    }

    private static VerificationKey KeyOf(X509Certificate2 certificate, string place) => VerificationKey.FromSpki(certificate.PublicKey.ExportSubjectPublicKeyInfo(), place);

    /// <summary>OMS v1.0 §5.2: the signer's certificate is for digital signatures; a stated extended usage must include code signing.</summary>
    private static void CheckUsage(X509Certificate2 signer, string place)
    {
        if (signer.Extensions.OfType<X509KeyUsageExtension>().ToList() is not [var usage] || !usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature))
            throw new SignatureException(SignatureFault.UntrustedCertificate, place, $"the certificate of '{signer.Subject}' is not for digital signatures");
        var extended = signer.Extensions.OfType<X509EnhancedKeyUsageExtension>();
        if (extended.Any(extension => extension.EnhancedKeyUsages.Cast<Oid>().All(oid => oid.Value != CodeSigning)))
            throw new SignatureException(SignatureFault.UntrustedCertificate, place, $"the certificate of '{signer.Subject}' is for other uses than code signing");
    }

    /// <summary>DER and nothing else: the platform's loader would take PEM and trailing bytes as well.</summary>
    private static X509Certificate2 Load(ReadOnlyMemory<byte> der, string place)
    {
        var certificate = X509CertificateLoader.LoadCertificate(der.Span);
        if (certificate.RawDataMemory.Span.SequenceEqual(der.Span))
            return certificate;
        certificate.Dispose();
        throw new SignatureException(SignatureFault.MalformedBundle, place, "a certificate that is not exactly one in DER");
    }

    /// <summary>Why a chain, the signer's certificate first, does not lead to a root at a moment, null for any; null where it does.</summary>
    internal string? ChainFault(X509Certificate2Collection certificates, DateTime? atUtc)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.ExtraStore.AddRange(certificates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        if (atUtc is { } moment)
            chain.ChainPolicy.VerificationTime = moment.ToLocalTime();
        else
            chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        var holds = chain.Build(certificates[0]);
        List<string> dates = [.. chain.ChainElements.Select(element => DateFault(element.Certificate, atUtc)).OfType<string>()];
        var others = chain.ChainStatus.Where(status => dates.Count == 0 || status.Status != X509ChainStatusFlags.NotTimeValid).Select(status => status.StatusInformation.TrimEnd());
        var faults = string.Join("; ", dates.Concat(others));
        foreach (var element in chain.ChainElements)
            element.Certificate.Dispose();
        return holds ? null : $"the chain of '{certificates[0].Subject}' does not hold: {faults}";
    }

    /// <summary>Why a certificate does not hold at a moment, with the date; null where it does.</summary>
    private static string? DateFault(X509Certificate2 certificate, DateTime? atUtc) => (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime()) switch
    {
        var (from, _) when atUtc < from => string.Create(CultureInfo.InvariantCulture, $"the certificate of '{certificate.Subject}' holds only from {from:u} on"),
        var (_, until) when atUtc > until => string.Create(CultureInfo.InvariantCulture, $"the certificate of '{certificate.Subject}' expired on {until:u}"),
        _ => null,
    };
}
