using System.Security.Cryptography;

namespace Loragate.Governance.Keys;

/// <summary>One PEM block (RFC 7468) and nothing else around it.</summary>
internal static class Pem
{
    public const string PrivateKey = "PRIVATE KEY";
    public const string EncryptedPrivateKey = "ENCRYPTED PRIVATE KEY";
    public const string PublicKey = "PUBLIC KEY";

    /// <summary>The DER bytes of the only block, which must carry <paramref name="label"/>.</summary>
    /// <exception cref="KeyException">Another label, several blocks, or no PEM.</exception>
    public static byte[] Decode(string text, string label, string place)
    {
        if (!PemEncoding.TryFind(text, out var fields))
            throw new KeyException(place, "no PEM block", $"Give a file that begins with '-----BEGIN {label}-----'.");
        var found = text[fields.Label];
        if (found != label)
            throw new KeyException(place, $"a PEM block '{found}' where '{label}' was expected", Advice(found, label));
        if (!string.IsNullOrWhiteSpace(text[..fields.Location.Start]) || !string.IsNullOrWhiteSpace(text[fields.Location.End..]))
            throw new KeyException(place, "text beside the PEM block", "Keep one key a file.");
        return Convert.FromBase64String(text[fields.Base64Data]);
    }

    /// <summary>Whether a text begins with a public key.</summary>
    public static bool IsPublicKey(string text) => PemEncoding.TryFind(text, out var fields) && text[fields.Label] == PublicKey;

    /// <summary>A PEM block with a final line feed.</summary>
    public static string Encode(string label, ReadOnlySpan<byte> der) => PemEncoding.WriteString(label, der) + "\n";

    private static string Advice(string found, string label) => (found, label) switch
    {
        ("EC PRIVATE KEY" or "EC PARAMETERS", PrivateKey) => "Convert it with 'openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW'.",
        (PublicKey, PrivateKey) => "This is the public half: give the private key that it belongs to.",
        (PrivateKey or EncryptedPrivateKey, PublicKey) => "Give the public key: 'openssl pkey -in KEY -pubout'. The private key stays with its owner.",
        _ => $"Give a file that begins with '-----BEGIN {label}-----'.",
    };
}
