using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Loragate.Artifacts;
using NSec.Cryptography;

namespace Loragate.Governance.Keys;

/// <summary>
/// A public key that a verifier trusts: ECDSA on P-256, P-384 or P-521 for model signatures, or Ed25519 for plain DSSE envelopes.
/// Immutable; equal keys have equal <see cref="Hint"/>.
/// </summary>
public sealed class VerificationKey
{
    private const string OtherKind = "Use a P-256, P-384, P-521 or Ed25519 key ('loragate keys new').";
    private readonly byte[] _spki;

    private VerificationKey(KeyType type, byte[] spki)
    {
        Type = type;
        _spki = spki;
        Pem = Keys.Pem.Encode(Keys.Pem.PublicKey, spki);
        Hint = Digest.Of(Encoding.ASCII.GetBytes(Pem));
    }

    /// <summary>The kind of key.</summary>
    public KeyType Type { get; }

    /// <summary>The key as SPKI PEM text with a final line feed.</summary>
    public string Pem { get; }

    /// <summary>SHA-256 of <see cref="Pem"/>: the hint of OMS bundles and the keyid of envelopes.</summary>
    public Digest Hint { get; }

    /// <summary>Reads a public key file.</summary>
    /// <exception cref="KeyException">Not one SPKI PEM block of a known kind.</exception>
    public static VerificationKey Read(string path) => FromPem(KeyFile.ReadText(path), path);

    /// <summary>Reads a public key from SPKI PEM text.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="place">Where it came from, for messages.</param>
    /// <exception cref="KeyException">Not one SPKI PEM block of a known kind.</exception>
    public static VerificationKey FromPem(string pem, string place) => FromSpki(Keys.Pem.Decode(pem, Keys.Pem.PublicKey, place), place);

    /// <summary>Whether <paramref name="signature"/> over <paramref name="data"/> was made by the private half of this key.</summary>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">ECDSA: by default strict DER of r and s (RFC 3279 §2.2.3). Ed25519: 64 bytes.</param>
    /// <param name="format">The form of an ECDSA signature.</param>
    /// <returns>False for a wrong or malformed signature; never an exception.</returns>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, DSASignatureFormat format = DSASignatureFormat.Rfc3279DerSequence)
    {
        if (Type == KeyType.Ed25519)
            return SignatureAlgorithm.Ed25519.Verify(PublicKey.Import(SignatureAlgorithm.Ed25519, _spki, KeyBlobFormat.PkixPublicKey), data, signature);
        if (format == DSASignatureFormat.Rfc3279DerSequence && !IsStrictDer(signature))
            return false;
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(_spki, out _);
        return ecdsa.VerifyData(data, signature, EcdsaCurve.Of(Type).Hash, format);
    }

    internal static VerificationKey FromSpki(byte[] spki, string place)
    {
        if (PublicKey.TryImport(SignatureAlgorithm.Ed25519, spki, KeyBlobFormat.PkixPublicKey, out _))
            return new VerificationKey(KeyType.Ed25519, spki);
        using var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(spki, out var read);
            return read == spki.Length && EcdsaCurve.Of(ecdsa) is { } curve
                ? new VerificationKey(curve.Type, ecdsa.ExportSubjectPublicKeyInfo())
                : throw new KeyException(place, "a public key on another curve", OtherKind);
        }
        catch (CryptographicException e)
        {
            throw new KeyException(place, "not a public key of a known kind", OtherKind, e);
        }
    }

    internal static VerificationKey Of(ECDsa key, KeyType type) => new(type, key.ExportSubjectPublicKeyInfo());

    internal bool HasSpki(ReadOnlySpan<byte> spki) => spki.SequenceEqual(_spki);

    private static bool IsStrictDer(ReadOnlySpan<byte> signature)
    {
        try
        {
            var reader = new AsnReader(signature.ToArray(), AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            _ = sequence.ReadInteger();
            _ = sequence.ReadInteger();
            sequence.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
