using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>A CMS whose ECDSA signature (r, s) became (r, n − s), which anybody can do without the key.</summary>
internal static class MirroredSignature
{
    public static byte[] Of(byte[] cms, KeyType type)
    {
        var signature = Decoded(cms).SignerInfos[0].GetSignature();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        Copy(new AsnReader(cms, AsnEncodingRules.DER), writer, signature, Mirror(signature, Order(type)));
        return writer.Encode();
    }

    /// <summary>Whether it is the signer's all the same, by .NET's own judgement.</summary>
    public static bool IsValid(byte[] cms, byte[] content)
    {
        var signed = new SignedCms(new ContentInfo(content), detached: true);
        signed.Decode(cms);
        try
        {
            signed.CheckSignature(verifySignatureOnly: true);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static SignedCms Decoded(byte[] cms)
    {
        var signed = new SignedCms();
        signed.Decode(cms);
        return signed;
    }

    private static byte[] Mirror(byte[] signature, BigInteger order)
    {
        var pair = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
        var (r, s) = (pair.ReadInteger(), pair.ReadInteger());
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(order - s);
        }
        return writer.Encode();
    }

    private static void Copy(AsnReader reader, AsnWriter writer, byte[] signature, byte[] mirrored)
    {
        while (reader.HasData)
        {
            var tag = reader.PeekTag();
            if (tag.IsConstructed)
            {
                var inner = new AsnReader(reader.PeekContentBytes(), AsnEncodingRules.DER);
                _ = reader.ReadEncodedValue();
                using var scope = tag.HasSameClassAndValue(Asn1Tag.SetOf) ? writer.PushSetOf() : writer.PushSequence(tag);
                Copy(inner, writer, signature, mirrored);
            }
            else if (tag == Asn1Tag.PrimitiveOctetString && reader.PeekContentBytes().Span.SequenceEqual(signature))
            {
                _ = reader.ReadOctetString();
                writer.WriteOctetString(mirrored);
            }
            else
            {
                writer.WriteEncodedValue(reader.ReadEncodedValue().Span);
            }
        }
    }

    /// <summary>n of the curve (SEC 2 §2.4.2, §2.5.1, §2.6.1).</summary>
    private static BigInteger Order(KeyType type) => BigInteger.Parse(
        type switch
        {
            KeyType.P256 => "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
            KeyType.P384 => "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
            _ => "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
        },
        NumberStyles.HexNumber,
        CultureInfo.InvariantCulture);
}
