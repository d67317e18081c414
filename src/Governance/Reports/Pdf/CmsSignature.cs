using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>
/// The signature in a report: detached CMS (RFC 5652) with the attributes that PAdES B-B asks for (ETSI EN 319 142-1 §6.3): content type, message digest and
/// the signing certificate (RFC 5035); B-T with a time stamp (RFC 3161) over the signature. A bare key signs under a certificate that it makes for itself.
/// </summary>
internal static class CmsSignature
{
    private const string SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";
    private const string TimeStampToken = "1.2.840.113549.1.9.16.2.14";
    private static readonly DateTimeOffset Never = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>Signs content.</summary>
    /// <param name="content">What is signed; it stays outside.</param>
    /// <param name="signer">Who signs.</param>
    /// <param name="time">The claimed time, from which a certificate made here is valid.</param>
    public static byte[] Sign(byte[] content, Signer signer, DateTimeOffset time)
    {
        var certificates = Certificates(signer, time);
        try
        {
            var cms = new SignedCms(new ContentInfo(content), detached: true);
            var cmsSigner = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificates[0], signer.Key.Algorithm)
            {
                DigestAlgorithm = new Oid(CmsForm.DigestOf(signer.Key.Type)),
                IncludeOption = X509IncludeOption.EndCertOnly,
            };
            cmsSigner.Certificates.AddRange(certificates.Skip(1).ToArray());
            cmsSigner.SignedAttributes.Add(new AsnEncodedData(new Oid(SigningCertificateV2), CertificateAttribute(certificates[0])));
            cms.ComputeSignature(cmsSigner, silent: true);
            // What a key or a token computes is either form of the signature; a report has one.
            return CmsForm.Write(cms, cms.SignerInfos[0], certificates[0], signer.Key.Type);
        }
        finally
        {
            foreach (var certificate in certificates)
                certificate.Dispose();
        }
    }

    /// <summary>Whether a signature is over this content, by a key that is trusted.</summary>
    /// <param name="padded">The CMS with zeros behind it.</param>
    /// <param name="content">What is signed.</param>
    /// <param name="trust">Who is trusted.</param>
    /// <param name="place">The file, for messages.</param>
    /// <returns>The key, and the time of a time stamp by whoever made it; nothing says here that its clock is to be trusted.</returns>
    /// <exception cref="SignatureException">Malformed, not over this content, or by somebody else.</exception>
    public static (VerificationKey Key, DateTimeOffset? Stamped) Verify(ReadOnlyMemory<byte> padded, byte[] content, SignerTrust trust, string place)
    {
        try
        {
            var cms = new SignedCms(new ContentInfo(content), detached: true);
            var der = Trimmed(padded, place);
            cms.Decode(der.Span);
            if (cms.SignerInfos is not [{ Certificate: { } certificate } info])
                throw new SignatureException(SignatureFault.MalformedBundle, place, "the signature is not one by one signer with a certificate");
            cms.CheckSignature(verifySignatureOnly: true);
            if (!Names(info, certificate))
                throw new SignatureException(SignatureFault.MalformedBundle, place, "the signature does not name its certificate, as PAdES asks");
            var (key, stamped) = (KeyOf(cms, certificate, trust, place), Stamp(info, place));
            if (!der.Span.SequenceEqual(CmsForm.Write(cms, info, certificate, key.Type)))
                throw new SignatureException(SignatureFault.MalformedBundle, place, "the signature is not in the one form in which a report has it: it was changed");
            return (key, stamped);
        }
        catch (KeyException e)
        {
            throw new SignatureException(SignatureFault.UnsupportedMethod, place, "the signature is by a key that is not on P-256, P-384 or P-521", e);
        }
        catch (CryptographicException e)
        {
            throw new SignatureException(SignatureFault.BadSignature, place, "the signature does not belong to this file: it was changed after signing", e);
        }
    }

    /// <summary>A time stamp request (RFC 3161) over the signature.</summary>
    public static byte[] StampRequest(ReadOnlyMemory<byte> padded, string place) => Request(Decoded(padded, place)).Encode();

    /// <summary>The signature with a time stamp that was given for it.</summary>
    /// <param name="padded">The signature.</param>
    /// <param name="response">The authority's response.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="SignatureException">No response, a refusal, or a stamp over something else.</exception>
    public static byte[] Stamped(ReadOnlyMemory<byte> padded, ReadOnlyMemory<byte> response, string place)
    {
        var cms = Decoded(padded, place);
        try
        {
            var token = Request(cms).ProcessResponse(response, out _);
            cms.SignerInfos[0].AddUnsignedAttribute(new AsnEncodedData(new Oid(TimeStampToken), token.AsSignedCms().Encode()));
            return cms.Encode();
        }
        catch (CryptographicException e)
        {
            throw new SignatureException(SignatureFault.OtherSubject, place, "the response is no time stamp over this report's signature", e);
        }
    }

    private static Rfc3161TimestampRequest Request(SignedCms cms) =>
        Rfc3161TimestampRequest.CreateFromSignerInfo(cms.SignerInfos[0], HashAlgorithmName.SHA256, requestSignerCertificates: true);

    private static SignedCms Decoded(ReadOnlyMemory<byte> padded, string place)
    {
        var cms = new SignedCms();
        cms.Decode(Trimmed(padded, place).Span);
        return cms;
    }

    /// <summary>One DER value, and nothing but zeros behind it.</summary>
    private static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> padded, string place)
    {
        if (padded.Span is not [0x30, ..] || !AsnDecoder.TryReadEncodedValue(padded.Span, AsnEncodingRules.DER, out _, out _, out _, out var length) || padded.Span[length..].ContainsAnyExcept((byte)0))
            throw new SignatureException(SignatureFault.MalformedBundle, place, "the report is not signed, or its signature is no DER");
        return padded[..length];
    }

    private static VerificationKey KeyOf(SignedCms cms, X509Certificate2 certificate, SignerTrust trust, string place)
    {
        var spki = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        var own = VerificationKey.FromSpki(spki, place);
        try
        {
            return trust.TrustedKeyOf(new PublicKeyMaterial(own.Hint.Hex, spki), place);
        }
        catch (SignatureException e) when (e.Kind is SignatureFault.UnsupportedMethod or SignatureFault.OtherKey)
        {
            if (trust is KeyTrust)
                throw;
        }
        return trust.TrustedKeyOf(new CertificateChainMaterial([certificate.RawDataMemory, .. cms.Certificates.Where(other => !other.Equals(certificate)).Select(other => other.RawDataMemory)]), place);
    }

    private static DateTimeOffset? Stamp(SignerInfo info, string place)
    {
        if (info.UnsignedAttributes.Count == 0)
            return null;
        var attributes = info.UnsignedAttributes.Cast<CryptographicAttributeObject>().Where(attribute => attribute.Oid.Value == TimeStampToken).ToList();
        return attributes is [{ Values: [var value] }] && info.UnsignedAttributes.Count == 1 && Rfc3161TimestampToken.TryDecode(value.RawData, out var token, out var length) && length == value.RawData.Length && token.VerifySignatureForSignerInfo(info, out _)
            ? token.TokenInfo.Timestamp
            : throw new SignatureException(SignatureFault.BadSignature, place, "the time stamp does not belong to this signature");
    }

    private static bool Names(SignerInfo info, X509Certificate2 certificate) => info.SignedAttributes.Cast<CryptographicAttributeObject>()
        .Any(attribute => attribute.Oid.Value == SigningCertificateV2 && attribute.Values is [var named] && named.RawData.AsSpan().SequenceEqual(CertificateAttribute(certificate)));

    /// <summary>SigningCertificateV2 ::= SEQUENCE { SEQUENCE OF ESSCertIDv2 }, with SHA-256, its default, left out.</summary>
    private static byte[] CertificateAttribute(X509Certificate2 certificate)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
            writer.WriteOctetString(SHA256.HashData(certificate.RawDataMemory.Span));
        return writer.Encode();
    }

    private static List<X509Certificate2> Certificates(Signer signer, DateTimeOffset time) => signer.Material is CertificateChainMaterial chain
        ? [.. chain.Certificates.Select(der => X509CertificateLoader.LoadCertificate(der.Span))]
        : [X509Certificate2.CreateFromPem(signer.Key.SelfSign($"loragate key {signer.Key.Public.Hint.Abbreviated}", time, Never))];
}
