using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace Loragate.Governance.Signing.Timestamps;

/// <summary>Puts a time stamp (RFC 3161) into a bundle in two steps, so that any way to the authority will do. The signature stays what it is.</summary>
public static class BundleStamp
{
    private const int MaxResponse = 1 << 20;

    /// <summary>A request over the signature in a bundle, DER, to be sent to an authority by any means.</summary>
    /// <exception cref="SignatureException">No strict bundle.</exception>
    public static byte[] Request(ReadOnlyMemory<byte> bundle, string place) => Over(bundle, place).Encode();

    /// <summary>The bundle with an authority's response inside, without the words of its status, in canonical JSON. Whether its authority is to be trusted is for the verifier to say.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="response">The response, DER.</param>
    /// <param name="place">The bundle's file, for messages.</param>
    /// <exception cref="SignatureException">No strict bundle; no response, a refusal, or a stamp over something else.</exception>
    public static byte[] Add(ReadOnlyMemory<byte> bundle, ReadOnlyMemory<byte> response, string place)
    {
        var request = Over(bundle, place);
        try
        {
            _ = request.ProcessResponse(response, out var read);
            return read == response.Length && read <= MaxResponse ? SigstoreBundle.WithTimestamp(bundle.Span, StampResponse.Bare(response)) : throw Refuse(place, null);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            throw Refuse(place, e);
        }
    }

    private static Rfc3161TimestampRequest Over(ReadOnlyMemory<byte> bundle, string place) => Rfc3161TimestampRequest.CreateFromData(
        SigstoreBundle.Parse(bundle, place).Envelope.Signatures[0].Bytes.Span, HashAlgorithmName.SHA256, requestSignerCertificates: true);

    private static SignatureException Refuse(string place, Exception? inner) =>
        new(SignatureFault.UntrustedTimestamp, place, "the response is no time stamp over this signature", inner);
}
