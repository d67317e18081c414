using System.Security.Cryptography;
using Loragate.Governance.Keys.Tokens;
using NSec.Cryptography;

namespace Loragate.Governance.Keys;

/// <summary>A private Ed25519 key that signs ledger checkpoints (C2SP signed-note, signature type 0x01) or cosigns those of others (type 0x04).</summary>
public sealed class LedgerKey : IDisposable
{
    private readonly Key _key;

    private LedgerKey(Key key, string? path) => (_key, Path) = (key, path);

    /// <summary>The public key as SPKI PEM text (RFC 8410).</summary>
    public string PublicPem => Pem.Encode(Pem.PublicKey, _key.PublicKey.Export(KeyBlobFormat.PkixPublicKey));

    /// <summary>The file that the key was read from, if it was: it must not lie in the ledger.</summary>
    internal string? Path { get; }

    /// <summary>Reads a private key file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="secrets">Is asked for the passphrase of an encrypted key; null where nobody can be asked.</param>
    /// <exception cref="KeyException">Open to other users, not opened by the passphrase, or not an Ed25519 key in PKCS#8 PEM.</exception>
    public static LedgerKey Read(string path, SecretSource? secrets = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return TokenUri.IsOne(path)
            ? throw new KeyException(TokenUri.Shown(path), "a ledger's key cannot stay on a token", "Keep the Ed25519 key in an encrypted file: 'loragate keys new --type ed25519 --encrypt'.")
            : FromPem(KeyFile.ReadPrivate(path), path, System.IO.Path.GetFullPath(path), secrets);
    }

    /// <summary>Reads a private key from PKCS#8 PEM text.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="place">Where it came from, for messages.</param>
    /// <param name="secrets">Is asked for the passphrase of an encrypted key; null where nobody can be asked.</param>
    /// <exception cref="KeyException">Not opened by the passphrase, or not an Ed25519 key in PKCS#8 PEM.</exception>
    public static LedgerKey FromPem(string pem, string place, SecretSource? secrets = null) => FromPem(pem, place, null, secrets);

    /// <summary>The verifier of this key's signatures under a log's name.</summary>
    /// <param name="origin">The log's name: no white space, no plus sign.</param>
    public LedgerVerifier VerifierFor(string origin) =>
        LedgerVerifier.Create(origin, LedgerVerifier.Ed25519, _key.PublicKey.Export(KeyBlobFormat.RawPublicKey));

    /// <summary>The verifier of this key's cosignatures under a witness's name.</summary>
    /// <param name="name">The witness's name: no white space, no plus sign.</param>
    public LedgerVerifier CosignerFor(string name) =>
        LedgerVerifier.Create(name, LedgerVerifier.Cosignature, _key.PublicKey.Export(KeyBlobFormat.RawPublicKey));

    /// <summary>Signs bytes: 64 bytes, the same every time (RFC 8032).</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => SignatureAlgorithm.Ed25519.Sign(_key, data);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    internal static LedgerKey Generate() => new(Key.Create(SignatureAlgorithm.Ed25519, Exportable), null);

    internal byte[] ExportPkcs8() => _key.Export(KeyBlobFormat.PkixPrivateKey);

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };

    private static LedgerKey FromPem(string pem, string place, string? path, SecretSource? secrets)
    {
        var der = PrivateKeyPem.Decode(pem, place, secrets);
        var read = Key.TryImport(SignatureAlgorithm.Ed25519, der, KeyBlobFormat.PkixPrivateKey, out var key);
        CryptographicOperations.ZeroMemory(der);
        return read
            ? new LedgerKey(key!, path)
            : throw new KeyException(place, "not an Ed25519 private key", "Make one with 'loragate keys new --type ed25519'.");
    }
}
