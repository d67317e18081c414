using System.Security.Cryptography;
using System.Text;
using Loragate.Artifacts.Folders;

namespace Loragate.Governance.Keys;

/// <summary>
/// Private keys on disk: PKCS#8 in PEM (RFC 5958, RFC 7468), plain or under a passphrase, made for their owner alone, never overwritten, refused when others can read them.
/// </summary>
public static class KeyFile
{
    private const int MaxBytes = 16 << 10;
    private const int MaxCertificateBytes = 1 << 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes a key and writes it to a new file with mode 0600.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">The kind of key.</param>
    /// <param name="passphrase">Encrypts the key; null to leave it plain.</param>
    /// <returns>The public key as SPKI PEM text.</returns>
    /// <exception cref="KeyException">Something already stands at <paramref name="path"/>.</exception>
    /// <exception cref="IOException">It cannot be written whole; then nothing stays there.</exception>
    public static string New(string path, KeyType type, Secret? passphrase = null)
    {
        if (type == KeyType.Ed25519)
        {
            using var ledgerKey = LedgerKey.Generate();
            WriteNew(path, PrivateKeyPem.Encode(ledgerKey.ExportPkcs8(), passphrase));
            return ledgerKey.PublicPem;
        }
        using var ecdsa = ECDsa.Create(EcdsaCurve.Of(type).Curve);
        WriteNew(path, PrivateKeyPem.Encode(ecdsa.ExportPkcs8PrivateKey(), passphrase));
        return ecdsa.ExportSubjectPublicKeyInfoPem() + "\n";
    }

    /// <summary>Whether a file holds a private key, plain or encrypted; false where there is none.</summary>
    /// <exception cref="KeyException">It is larger than any key.</exception>
    public static bool IsPrivate(string path) => File.Exists(path) && ReadText(path).Contains("PRIVATE KEY", StringComparison.Ordinal);

    /// <summary>The text of a private key file.</summary>
    /// <exception cref="KeyException">The file is missing, too large, or open to other users; a public key may be, and is its reader's to refuse.</exception>
    internal static string ReadPrivate(string path)
    {
        var text = ReadText(path);
        if (!Pem.IsPublicKey(text) && !OperatingSystem.IsWindows() && File.GetUnixFileMode(path) is var mode && (mode & Others) != 0)
            throw new KeyException(path, $"other users can use this private key (mode {Octal(mode)})", $"Run: chmod 600 '{path}'. If the file was ever shared, make a new key.");
        return text;
    }

    /// <summary>The text of a small file.</summary>
    /// <exception cref="KeyException">The file is missing or too large.</exception>
    internal static string ReadText(string path) => ReadText(path, MaxBytes, "a key");

    /// <summary>The text of a file of certificates.</summary>
    /// <exception cref="KeyException">The file is missing or too large.</exception>
    internal static string ReadCertificates(string path) => ReadText(path, MaxCertificateBytes, "a file of certificates");

    private static string ReadText(string path, int maxBytes, string what)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new KeyException(path, "no such file", "Check the path, or make a key with 'loragate keys new'.");
        if (file.Length > maxBytes)
            throw TooLarge(path, $"{file.Length} bytes", what, maxBytes);
        // A pipe or device tells no length.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var bytes = new byte[maxBytes + 1];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read <= maxBytes ? Encoding.UTF8.GetString(bytes, 0, read) : throw TooLarge(path, $"more than {maxBytes} bytes", what, maxBytes);
    }

    private static KeyException TooLarge(string path, string found, string what, int maxBytes) => new(path, $"{found} where {what} has at most {maxBytes}", "Check that this is the right file.");

    private static void WriteNew(string path, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
            throw new KeyException(path, "something already stands there", "Keys are never overwritten: name a new file.");
        using var stream = new FileStream(path, options);
        try
        {
            stream.Write(Encoding.ASCII.GetBytes(pem));
            stream.Flush(flushToDisk: true);
        }
        catch (ArgumentOutOfRangeException limit)
        {
            File.Delete(path);
            throw SizeLimit.Fault(path, limit);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8);
}
