using System.Security.Cryptography;
using System.Text;
using Loragate.Testing;

namespace Loragate.Governance.Keys;

public sealed class EncryptedKeyTests
{
    private const string Passphrase = "correct horse, 電池 staple";

    public static TheoryData<KeyType> AllTypes => [.. Enum.GetValues<KeyType>()];

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void A_key_encrypted_here_is_read_back_and_opened_by_openssl(KeyType type)
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var temp = new TempFolder();
        using var passphrase = NewSecret(Passphrase);
        var pem = KeyFile.New(temp.PathTo("key"), type, passphrase);
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", File.ReadAllText(temp.PathTo("key")), StringComparison.Ordinal);
        Assert.Equal(pem, PublicPem(temp.PathTo("key"), type, Passphrase));
        temp.Write("passphrase", Encoding.UTF8.GetBytes(Passphrase));
        var opened = Shell.Run("openssl", temp.Path, "pkey", "-in", "key", "-passin", "file:passphrase", "-pubout");
        Assert.True(opened.ExitCode == 0, opened.Error);
        Assert.Equal(pem, opened.Output);
        Assert.NotEqual(0, Shell.Run("openssl", temp.Path, "pkey", "-in", "key", "-passin", "pass:another", "-pubout").ExitCode);
    }

    [Theory]
    [InlineData(KeyType.P256, "EC", "ec_paramgen_curve:P-256", "aes-256-cbc")]
    [InlineData(KeyType.P384, "EC", "ec_paramgen_curve:P-384", "aes-192-cbc")]
    [InlineData(KeyType.P521, "EC", "ec_paramgen_curve:P-521", "aes-128-cbc")]
    [InlineData(KeyType.Ed25519, "ED25519", null, "aes-256-cbc")]
    public void A_key_encrypted_by_openssl_is_opened_here(KeyType type, string algorithm, string? option, string cipher)
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var temp = new TempFolder();
        temp.Write("passphrase", Encoding.UTF8.GetBytes(Passphrase));
        string[] options = option is null ? [] : ["-pkeyopt", option];
        Must(Shell.Run("openssl", temp.Path, ["genpkey", "-algorithm", algorithm, .. options, "-out", "plain"]));
        Must(Shell.Run("openssl", temp.Path, "pkcs8", "-topk8", "-v2", cipher, "-in", "plain", "-out", "key", "-passout", "file:passphrase"));
        File.SetUnixFileMode(temp.PathTo("key"), UnixFileMode.UserRead);
        Assert.Equal(Shell.Run("openssl", temp.Path, "pkey", "-in", "plain", "-pubout").Output, PublicPem(temp.PathTo("key"), type, Passphrase));
    }

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void A_wrong_passphrase_opens_nothing_and_is_told_as_such(KeyType type)
    {
        using var temp = new TempFolder();
        using var passphrase = NewSecret(Passphrase);
        _ = KeyFile.New(temp.PathTo("key"), type, passphrase);
        var wrong = Assert.Throws<KeyException>(() => PublicPem(temp.PathTo("key"), type, "wrong"));
        Assert.Contains("passphrase does not open", wrong.Fault, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", wrong.Message, StringComparison.Ordinal);
        var nobody = Assert.Throws<KeyException>(() => type == KeyType.Ed25519 ? (object)LedgerKey.Read(temp.PathTo("key")) : SigningKey.Read(temp.PathTo("key")));
        Assert.Contains("encrypted", nobody.Fault, StringComparison.Ordinal);
    }

    /// <summary>A padding of CBC is right by chance once in 256 times: the key that comes out is then no key.</summary>
    [Fact]
    public void Many_wrong_passphrases_and_every_damaged_byte_are_refused_in_words()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = ecdsa.ExportEncryptedPkcs8PrivateKeyPem(Passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2048));
        for (var i = 0; i < 1000; i++)
            Assert.Throws<KeyException>(() => SigningKey.FromPem(pem, "key", _ => NewSecret($"wrong {i}")));
        var der = Pem.Decode(pem, Pem.EncryptedPrivateKey, "key");
        for (var i = 0; i < der.Length; i++)
        {
            der[i] ^= 0x15;
            var damaged = Pem.Encode(Pem.EncryptedPrivateKey, der);
            var refusal = Record.Exception(() => SigningKey.FromPem(damaged, "key", _ => NewSecret(Passphrase)).Dispose());
            Assert.True(refusal is null or KeyException, $"byte {i}: {refusal}");
            der[i] ^= 0x15;
        }
    }

    [Theory]
    [InlineData("scheme", "-v1", "PBE-MD5-DES")]
    [InlineData("scheme", "-v1", "PBE-SHA1-3DES")]
    [InlineData("cipher", "-v2", "des3")]
    [InlineData("derived", "-v2", "aes-256-cbc", "-scrypt")]
    public void Weak_and_foreign_schemes_are_refused_by_name(string word, params string[] scheme)
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var temp = new TempFolder();
        Must(Shell.Run("openssl", temp.Path, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "plain"));
        string[] legacy = scheme.Contains("PBE-MD5-DES") ? ["-provider", "default", "-provider", "legacy"] : [];
        var made = Shell.Run("openssl", temp.Path, ["pkcs8", "-topk8", .. scheme, "-in", "plain", "-out", "key", "-passout", "pass:x", .. legacy]);
        Assert.SkipUnless(made.ExitCode == 0, $"This openssl does not write {string.Join(' ', scheme)}: {made.Error}");
        Assert.Contains(word, Assert.Throws<KeyException>(() => SigningKey.FromPem(File.ReadAllText(temp.PathTo("key")), "key", _ => NewSecret("x"))).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2047, false)]
    [InlineData(2048, true)]
    public void Fewer_rounds_than_openssl_writes_are_too_few(int rounds, bool isRead)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = ecdsa.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, rounds));
        var refusal = Record.Exception(() => SigningKey.FromPem(pem, "key", _ => NewSecret("x")).Dispose());
        if (isRead)
            Assert.Null(refusal);
        else
            Assert.Contains("2047 rounds of PBKDF2 where 2048 to", Assert.IsType<KeyException>(refusal).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_asks_for_endless_work_is_refused_before_any_is_done()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = Pem.Decode(ecdsa.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 0x01020304)), Pem.EncryptedPrivateKey, "key");
        var fault = Assert.Throws<KeyException>(() => SigningKey.FromPem(Pem.Encode(Pem.EncryptedPrivateKey, der), "key", _ => NewSecret("x"))).Fault;
        Assert.Contains($"{0x01020304} rounds", fault, StringComparison.Ordinal);
    }

    private static Secret NewSecret(string text) => new(Encoding.UTF8.GetBytes(text));

    private static void Must(ShellResult result) => Assert.True(result.ExitCode == 0, result.Error);

    private static string PublicPem(string path, KeyType type, string passphrase)
    {
        if (type == KeyType.Ed25519)
        {
            using var ledgerKey = LedgerKey.Read(path, _ => NewSecret(passphrase));
            return ledgerKey.PublicPem;
        }
        using var key = SigningKey.Read(path, _ => NewSecret(passphrase));
        Assert.Equal(type, key.Type);
        return key.Public.Pem;
    }
}
