using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>
/// The one spelling of a report's signature (RFC 5652 §5, in DER): a signature covers neither the CMS around it nor its own unsigned attributes, so another spelling
/// of the same values, the other of the two forms that an ECDSA signature has, another version or list of algorithms, or one more attribute would go unnoticed.
/// </summary>
internal static class CmsForm
{
    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string Data = "1.2.840.113549.1.7.1";

    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag One = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <summary>The signature as it is written.</summary>
    /// <param name="cms">The signature.</param>
    /// <param name="info">Its one signer.</param>
    /// <param name="certificate">The signer's certificate.</param>
    /// <param name="type">The kind of key in it.</param>
    public static byte[] Write(SignedCms cms, SignerInfo info, X509Certificate2 certificate, KeyType type)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedData);
            using (writer.PushSequence(Zero))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                    WriteAlgorithm(writer, DigestOf(type));
                using (writer.PushSequence())
                    writer.WriteObjectIdentifier(Data);
                using (writer.PushSetOf(Zero))
                {
                    foreach (var each in cms.Certificates)
                        writer.WriteEncodedValue(each.RawDataMemory.Span);
                }
                using (writer.PushSetOf())
                    WriteSigner(writer, info, certificate, type);
            }
        }
        return writer.Encode();
    }

    /// <summary>The hash that goes with a kind of key (FIPS 186-5), by its object identifier.</summary>
    public static string DigestOf(KeyType type) => CryptoConfig.MapNameToOID(EcdsaCurve.Of(type).Hash.Name!)!;

    private static void WriteSigner(AsnWriter writer, SignerInfo info, X509Certificate2 certificate, KeyType type)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(certificate.IssuerName.RawData);
                writer.WriteInteger(certificate.SerialNumberBytes.Span);
            }
            WriteAlgorithm(writer, DigestOf(type));
            WriteAttributes(writer, Zero, info.SignedAttributes);
            WriteAlgorithm(writer, SignatureOf(type));
            writer.WriteOctetString(LowS.Of(info.GetSignature(), type));
            if (info.UnsignedAttributes.Count > 0)
                WriteAttributes(writer, One, info.UnsignedAttributes);
        }
    }

    private static void WriteAttributes(AsnWriter writer, Asn1Tag tag, CryptographicAttributeObjectCollection attributes)
    {
        using (writer.PushSetOf(tag))
        {
            foreach (var attribute in attributes)
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(attribute.Oid.Value!);
                    using (writer.PushSetOf())
                    {
                        foreach (var value in attribute.Values)
                            writer.WriteEncodedValue(value.RawData);
                    }
                }
            }
        }
    }

    /// <summary>An AlgorithmIdentifier without parameters, as RFC 5754 asks.</summary>
    private static void WriteAlgorithm(AsnWriter writer, string oid)
    {
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(oid);
    }

    /// <summary>ecdsa-with-SHA256, -SHA384, -SHA512 (RFC 5758 §3.2).</summary>
    private static string SignatureOf(KeyType type) => type switch
    {
        KeyType.P256 => "1.2.840.10045.4.3.2",
        KeyType.P384 => "1.2.840.10045.4.3.3",
        _ => "1.2.840.10045.4.3.4",
    };
}
