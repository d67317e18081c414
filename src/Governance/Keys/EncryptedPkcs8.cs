using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace Loragate.Governance.Keys;

/// <summary>
/// PKCS#8 under a passphrase (RFC 5958 EncryptedPrivateKeyInfo). Read is PBES2 with PBKDF2 and AES in CBC mode (RFC 8018), as <c>openssl pkcs8 -topk8</c>
/// writes it; older schemes and fewer rounds than openssl's are too weak to keep a key by and are refused. Written is AES-256 with 600 000 rounds of HMAC-SHA-256.
/// </summary>
internal static class EncryptedPkcs8
{
    private const int Rounds = 600_000;

    /// <summary>What <c>openssl</c> writes unless told otherwise (PKCS5_DEFAULT_ITER); RFC 8018 §4.2 asks for no fewer than 1000.</summary>
    private const int FewestRounds = 2048;

    /// <summary>A file may ask for more work than anybody waits for.</summary>
    private const int MostRounds = 10_000_000;

    private const string Pbes2 = "1.2.840.113549.1.5.13";
    private const string Pbkdf2 = "1.2.840.113549.1.5.12";
    private const string ConvertAdvice = "Encrypt it again: 'openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out NEW'.";

    private static readonly string[] AesCbc = ["2.16.840.1.101.3.4.1.2", "2.16.840.1.101.3.4.1.22", "2.16.840.1.101.3.4.1.42"];

    /// <summary>The PKCS#8 that was encrypted.</summary>
    /// <exception cref="KeyException">Another scheme, a wrong passphrase, or a damaged file.</exception>
    public static byte[] Decrypt(ReadOnlyMemory<byte> der, Secret passphrase, string place)
    {
        CheckScheme(der, place);
        try
        {
            var key = Pkcs8PrivateKeyInfo.DecryptAndDecode(passphrase.Utf8, der, out var read);
            if (read == der.Length)
                return key.Encode();
        }
        catch (CryptographicException e)
        {
            throw new KeyException(place, "the passphrase does not open this key", "Give the passphrase that the key was encrypted with. If it is right, the file is damaged.", e);
        }
        throw Malformed(place, null);
    }

    /// <summary>Encrypts PKCS#8.</summary>
    public static byte[] Encrypt(ReadOnlyMemory<byte> pkcs8, Secret passphrase) =>
        Pkcs8PrivateKeyInfo.Decode(pkcs8, out _, skipCopy: true).Encrypt(passphrase.Utf8, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Rounds));

    private static void CheckScheme(ReadOnlyMemory<byte> der, string place)
    {
        try
        {
            var scheme = new AsnReader(der, AsnEncodingRules.BER).ReadSequence().ReadSequence();
            if (scheme.ReadObjectIdentifier() is var oid && oid != Pbes2)
                throw new KeyException(place, $"encrypted by the scheme {oid}, where PBES2 was expected", ConvertAdvice);
            var parameters = scheme.ReadSequence();
            var (derivation, cipher) = (parameters.ReadSequence(), parameters.ReadSequence());
            if (derivation.ReadObjectIdentifier() is var kdf && kdf != Pbkdf2)
                throw new KeyException(place, $"its key is derived by {kdf}, where PBKDF2 was expected", ConvertAdvice);
            if (cipher.ReadObjectIdentifier() is var aes && !AesCbc.Contains(aes))
                throw new KeyException(place, $"encrypted by the cipher {aes}, where AES in CBC mode was expected", ConvertAdvice);
            var pbkdf2 = derivation.ReadSequence();
            _ = pbkdf2.ReadOctetString();
            if (pbkdf2.ReadInteger() is var rounds && (rounds < FewestRounds || rounds > MostRounds))
                throw new KeyException(place, $"asks for {rounds} rounds of PBKDF2 where {FewestRounds} to {MostRounds} are read", ConvertAdvice);
        }
        catch (AsnContentException e)
        {
            throw Malformed(place, e);
        }
    }

    private static KeyException Malformed(string place, Exception? inner) => new(place, "not an encrypted private key in PKCS#8", ConvertAdvice, inner);
}
