using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing.Timestamps;

/// <summary>
/// Trust in time-stamping authorities under given roots, and in no others (RFC 3161). A token proves that a signature existed at its time: it is about the bytes of the
/// DSSE signature, as in Sigstore bundles, and its chain must hold at that time, with a certificate for time stamping and for nothing else.
/// </summary>
public sealed class TimestampTrust
{
    private const int MaxBytes = 1 << 20;
    private const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    private const string Sha256 = "2.16.840.1.101.3.4.2.1";
    private const string Sha384 = "2.16.840.1.101.3.4.2.2";
    private const string Sha512 = "2.16.840.1.101.3.4.2.3";

    private static readonly string[] Hashes = [Sha256, Sha384, Sha512];

    private readonly CertificateTrust _roots;
    private readonly string _pem;

    private TimestampTrust(CertificateTrust roots, string pem) => (_roots, _pem) = (roots, pem);

    /// <summary>Trusts the authorities under the certificates of a PEM file.</summary>
    /// <exception cref="KeyException">No such file, no certificate, or a malformed one.</exception>
    public static TimestampTrust Read(string path) => FromPem(KeyFile.ReadCertificates(path), path);

    /// <summary>Trusts the authorities under the certificates of a PEM text.</summary>
    /// <param name="pem">Root certificates; the authority's own and its intermediates may stand among them where tokens do not carry them.</param>
    /// <param name="place">Where the text came from, for messages.</param>
    /// <exception cref="KeyException">No certificate, or a malformed one.</exception>
    public static TimestampTrust FromPem(string pem, string place) => new(CertificateTrust.FromPem(pem, default, place), pem);

    /// <summary>The time that a token proves of the signature in a bundle.</summary>
    /// <param name="token">A time-stamp token, or the whole response of an authority, in DER.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="place">The token's file, for messages.</param>
    /// <exception cref="SignatureException">Not a token, about another signature, or by nobody trusted.</exception>
    public ProvedTime Prove(ReadOnlyMemory<byte> token, SigstoreBundle bundle, string place)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        var parsed = Parse(token, place);
        if (!Hashes.Contains(parsed.TokenInfo.HashAlgorithmId.Value))
            throw Refuse(place, "the time stamp is over a hash that is not SHA-256, SHA-384 or SHA-512");
        using var known = new Certificates(_pem, parsed);
        if (!parsed.VerifySignatureForData(bundle.Envelope.Signatures[0].Bytes.Span, out var signer, known.All) || signer is null)
            throw Refuse(place, "the time stamp is not about this signature, or its own signature does not hold");
        if (!IsForTimeStampingAlone(signer))
            throw Refuse(place, $"the certificate of '{signer.Subject}' is not for time stamping alone");
        var time = parsed.TokenInfo.Timestamp;
        if (_roots.ChainFault(known.LedBy(signer), time.UtcDateTime) is { } fault)
            throw Refuse(place, fault);
        return new ProvedTime((time + TimeSpan.FromMicroseconds(parsed.TokenInfo.AccuracyInMicroseconds ?? 0)).ToUniversalTime(), signer.Subject);
    }

    /// <summary>The earliest time that the time stamps inside a bundle prove; null where it holds none. One by an authority that is trusted is enough.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="place">Its file, for messages.</param>
    /// <exception cref="SignatureException">It holds time stamps, and none that proves anything: why the last one does not.</exception>
    public ProvedTime? ProveInside(SigstoreBundle bundle, string place)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        SignatureException? refused = null;
        var proved = new List<ProvedTime>();
        foreach (var stamp in bundle.Timestamps)
        {
            try
            {
                proved.Add(Prove(stamp, bundle, place));
            }
            catch (SignatureException e)
            {
                refused = e;
            }
        }
        return proved.Count == 0 && refused is not null ? throw refused : proved.MinBy(stamp => stamp.Time);
    }

    /// <summary>
    /// Requires that a time stamp is one, and is about the signature in a bundle: whoever trusts no authority cannot judge more, and nothing else may lie in its place. Where the
    /// token carries its authority's certificate, its own signature must hold too.
    /// </summary>
    /// <param name="stamp">A time-stamp token, or the whole response of an authority, in DER.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="place">The bundle's file, for messages.</param>
    /// <exception cref="SignatureException">It is none, or about something else.</exception>
    internal static void RequireAbout(ReadOnlyMemory<byte> stamp, SigstoreBundle bundle, string place)
    {
        var parsed = Parse(stamp, place);
        var signature = bundle.Envelope.Signatures[0].Bytes.Span;
        var holds = parsed.AsSignedCms().Certificates.Count > 0 ? parsed.VerifySignatureForData(signature, out _) : IsImprintOf(parsed.TokenInfo, signature);
        if (!holds)
            throw Refuse(place, "the time stamp is not about this signature, or its own signature does not hold");
    }

    private static bool IsImprintOf(Rfc3161TimestampTokenInfo token, ReadOnlySpan<byte> data) => token.GetMessageHash().Span.SequenceEqual(token.HashAlgorithmId.Value switch
    {
        Sha256 => SHA256.HashData(data),
        Sha384 => SHA384.HashData(data),
        Sha512 => SHA512.HashData(data),
        _ => [],
    });

    /// <summary>RFC 3161 §2.3: exactly one extended usage, time stamping, and critical.</summary>
    private static bool IsForTimeStampingAlone(X509Certificate2 signer) =>
        signer.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToList() is [{ Critical: true } usage] && usage.EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value).SequenceEqual([TimeStamping]);

    private static Rfc3161TimestampToken Parse(ReadOnlyMemory<byte> bytes, string place)
    {
        try
        {
            if (bytes.Length <= MaxBytes && StampResponse.TokenIn(bytes) is var token && Rfc3161TimestampToken.TryDecode(token, out var parsed, out var read) && read == token.Length)
                return parsed!;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            throw new SignatureException(SignatureFault.UntrustedTimestamp, place, "not a time-stamp token (RFC 3161)", e);
        }
        throw Refuse(place, "not a time-stamp token (RFC 3161)");
    }

    private static SignatureException Refuse(string place, string message) => new(SignatureFault.UntrustedTimestamp, place, message);

    /// <summary>What a chain may be built of: the certificates in the token and those beside the roots.</summary>
    private sealed class Certificates : IDisposable
    {
        private readonly X509Certificate2Collection _known = [];

        public Certificates(string pem, Rfc3161TimestampToken token)
        {
            _known.ImportFromPem(pem);
            _known.AddRange(token.AsSignedCms().Certificates);
        }

        public X509Certificate2Collection All => _known;

        public X509Certificate2Collection LedBy(X509Certificate2 first) => [first, .. _known];

        public void Dispose()
        {
            foreach (var certificate in _known)
                certificate.Dispose();
        }
    }
}
