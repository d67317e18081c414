using System.Security.Cryptography;

namespace Loragate.Governance.Keys;

/// <summary>A private key as PEM text: PKCS#8, plain or under a passphrase.</summary>
internal static class PrivateKeyPem
{
    /// <summary>The PKCS#8 bytes; the caller wipes them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">Where it came from, for messages.</param>
    /// <param name="secrets">Is asked for the passphrase of an encrypted key, and only then.</param>
    /// <exception cref="KeyException">No such PEM block, or its passphrase is missing or wrong.</exception>
    public static byte[] Decode(string text, string place, SecretSource? secrets)
    {
        if (!IsEncrypted(text))
            return Pem.Decode(text, Pem.PrivateKey, place);
        var der = Pem.Decode(text, Pem.EncryptedPrivateKey, place);
        if (secrets is null)
            throw new KeyException(place, "encrypted, and there is no passphrase to open it with", "Give the passphrase, or a key that is not encrypted; to verify, give the public key (FILE.pub).");
        using var passphrase = secrets($"passphrase of {place}");
        return EncryptedPkcs8.Decrypt(der, passphrase, place);
    }

    /// <summary>The PEM text of PKCS#8 bytes, which are wiped.</summary>
    /// <param name="pkcs8">The key.</param>
    /// <param name="passphrase">Encrypts it; null to leave it plain.</param>
    public static string Encode(byte[] pkcs8, Secret? passphrase)
    {
        try
        {
            return passphrase is null ? Pem.Encode(Pem.PrivateKey, pkcs8) : Pem.Encode(Pem.EncryptedPrivateKey, EncryptedPkcs8.Encrypt(pkcs8, passphrase));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static bool IsEncrypted(string text) => PemEncoding.TryFind(text, out var fields) && text[fields.Label] == Pem.EncryptedPrivateKey;
}
