using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>
/// The one form of an ECDSA signature: where (r, s) verifies, (r, n − s) does too (SEC 1 v2.0 §4.1.4), and anybody can make one from the other.
/// The form has the smaller s, and both numbers in DER (RFC 3279 §2.2.3).
/// </summary>
internal static class LowS
{
    /// <summary>The signature with s at most n/2.</summary>
    /// <param name="signature">r and s in DER, with either s.</param>
    /// <param name="type">The kind of key, which gives the order n.</param>
    /// <exception cref="CryptographicException">No two numbers in DER.</exception>
    public static byte[] Of(ReadOnlySpan<byte> signature, KeyType type)
    {
        try
        {
            AsnDecoder.ReadSequence(signature, AsnEncodingRules.DER, out var start, out var length, out _);
            var pair = signature.Slice(start, length);
            var (r, s) = (AsnDecoder.ReadInteger(pair, AsnEncodingRules.DER, out var read), AsnDecoder.ReadInteger(pair[read..], AsnEncodingRules.DER, out _));
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteInteger(r);
                writer.WriteInteger(BigInteger.Min(s, Order(type) - s));
            }
            return writer.Encode();
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("The signature is no pair of numbers.", e);
        }
    }

    /// <summary>The order n of the curve's base point (SEC 2 v2.0 §2.4.2, §2.5.1, §2.6.1).</summary>
    private static BigInteger Order(KeyType type) => Number(type switch
    {
        KeyType.P256 => "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
        KeyType.P384 => "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
        KeyType.P521 => "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an ECDSA key type."),
    });

    // A leading zero keeps the number positive.
    private static BigInteger Number(string hex) => BigInteger.Parse("0" + hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
