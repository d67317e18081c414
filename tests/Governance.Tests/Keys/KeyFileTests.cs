using System.Security.Cryptography;
using System.Text;
using Loragate.Testing;

namespace Loragate.Governance.Keys;

public sealed class KeyFileTests
{
    public static TheoryData<KeyType> AllTypes => [.. Enum.GetValues<KeyType>()];

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void A_new_key_belongs_to_its_owner_alone_and_reads_back(KeyType type)
    {
        using var temp = new TempFolder();
        var pem = KeyFile.New(temp.PathTo("key"), type);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(temp.PathTo("key")));
        Assert.Equal(type, VerificationKey.FromPem(pem, "key").Type);
        Assert.Equal(pem, VerificationKey.FromPem(pem, "key").Pem);
        Assert.Equal(pem, PublicPem(temp.PathTo("key"), type));
    }

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void OpenSSL_reads_a_new_key_and_derives_the_same_public_key(KeyType type)
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var temp = new TempFolder();
        var pem = KeyFile.New(temp.PathTo("key"), type);
        var result = Shell.Run("openssl", temp.Path, "pkey", "-in", "key", "-pubout");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(pem, result.Output);
        temp.Write("pub", Encoding.ASCII.GetBytes(pem));
        Assert.Equal(VerificationKey.FromPem(pem, "key").Hint.Hex, Shell.Run("openssl", temp.Path, "dgst", "-sha256", "-r", "pub").Output[..64]);
    }

    [Fact]
    public void What_is_larger_than_any_key_is_refused_and_a_device_is_not_read_to_its_end()
    {
        using var temp = new TempFolder();
        var large = temp.Write("large", new byte[20 << 10]);
        Assert.Contains("at most 16384", Assert.Throws<KeyException>(() => KeyFile.IsPrivate(large)).Fault, StringComparison.Ordinal);
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no /dev/zero.");
        Assert.Contains("more than 16384 bytes", Assert.Throws<KeyException>(() => VerificationKey.Read("/dev/zero")).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeyType.P256, "EC", "ec_paramgen_curve:P-256")]
    [InlineData(KeyType.P384, "EC", "ec_paramgen_curve:P-384")]
    [InlineData(KeyType.P521, "EC", "ec_paramgen_curve:P-521")]
    [InlineData(KeyType.Ed25519, "ED25519", null)]
    public void A_key_made_by_OpenSSL_is_read(KeyType type, string algorithm, string? option)
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var temp = new TempFolder();
        string[] options = option is null ? [] : ["-pkeyopt", option];
        Assert.Equal(0, Shell.Run("openssl", temp.Path, ["genpkey", "-algorithm", algorithm, .. options, "-out", "key"]).ExitCode);
        File.SetUnixFileMode(temp.PathTo("key"), UnixFileMode.UserRead);
        Assert.Equal(Shell.Run("openssl", temp.Path, "pkey", "-in", "key", "-pubout").Output, PublicPem(temp.PathTo("key"), type));
    }

    [Fact]
    public void A_key_is_never_overwritten()
    {
        using var temp = new TempFolder();
        KeyFile.New(temp.PathTo("key"), KeyType.P256);
        var before = File.ReadAllBytes(temp.PathTo("key"));
        Assert.Throws<KeyException>(() => KeyFile.New(temp.PathTo("key"), KeyType.P256));
        File.CreateSymbolicLink(temp.PathTo("link"), temp.PathTo("nowhere"));
        Assert.Throws<KeyException>(() => KeyFile.New(temp.PathTo("link"), KeyType.P256));
        Assert.Equal(before, File.ReadAllBytes(temp.PathTo("key")));
        Assert.False(File.Exists(temp.PathTo("nowhere")));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_private_key_open_to_others_is_refused_with_advice(UnixFileMode open)
    {
        using var temp = new TempFolder();
        KeyFile.New(temp.PathTo("key"), KeyType.P256);
        KeyFile.New(temp.PathTo("ledger"), KeyType.Ed25519);
        File.SetUnixFileMode(temp.PathTo("key"), UnixFileMode.UserRead | open);
        File.SetUnixFileMode(temp.PathTo("ledger"), UnixFileMode.UserRead | open);
        Assert.Contains("chmod 600", Assert.Throws<KeyException>(() => SigningKey.Read(temp.PathTo("key"))).Advice, StringComparison.Ordinal);
        Assert.Contains("chmod 600", Assert.Throws<KeyException>(() => LedgerKey.Read(temp.PathTo("ledger"))).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_wrong_kind_of_key_is_refused_with_advice()
    {
        using var temp = new TempFolder();
        var pem = KeyFile.New(temp.PathTo("signing"), KeyType.P256);
        KeyFile.New(temp.PathTo("ledger"), KeyType.Ed25519);
        AssertRefused("p256", () => SigningKey.Read(temp.PathTo("ledger")));
        AssertRefused("ed25519", () => LedgerKey.Read(temp.PathTo("signing")));
        AssertRefused("private key", () => SigningKey.FromPem(pem, "key"));
        AssertRefused("public key", () => VerificationKey.FromPem(File.ReadAllText(temp.PathTo("signing")), "key"));
        AssertRefused("path", () => SigningKey.Read(temp.PathTo("nowhere")));
    }

    [Fact]
    public void Other_forms_of_keys_are_refused_with_advice()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        AssertRefused("passphrase", () => SigningKey.FromPem(ecdsa.ExportEncryptedPkcs8PrivateKeyPem("x", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)), "key"));
        AssertRefused("Convert", () => SigningKey.FromPem(ecdsa.ExportECPrivateKeyPem(), "key"));
        AssertRefused("Make one", () => SigningKey.FromPem(rsa.ExportPkcs8PrivateKeyPem(), "key"));
        AssertRefused("Use a P-256", () => VerificationKey.FromPem(rsa.ExportSubjectPublicKeyInfoPem(), "key"));
        AssertRefused("one key a file", () => SigningKey.FromPem(ecdsa.ExportPkcs8PrivateKeyPem() + "\n" + ecdsa.ExportPkcs8PrivateKeyPem(), "key"));
        AssertRefused("begins with", () => SigningKey.FromPem("", "key"));
        AssertRefused("begins with", () => SigningKey.FromPem("-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\n", "key"));
        AssertRefused("Make one", () => SigningKey.FromPem("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", "key"));
    }

    [Fact]
    public void A_signature_holds_for_its_bytes_and_its_key_only()
    {
        using var key = NewKey();
        using var other = NewKey();
        var signature = key.Sign("text"u8);
        Assert.True(key.Public.Verify("text"u8, signature));
        Assert.False(key.Public.Verify("texT"u8, signature));
        Assert.False(other.Public.Verify("text"u8, signature));
        Assert.False(key.Public.Verify("text"u8, []));
        Assert.False(key.Public.Verify("text"u8, [.. signature, 0]));
        Assert.NotEqual(signature, key.Sign("text"u8));
    }

    private static SigningKey NewKey()
    {
        using var temp = new TempFolder();
        KeyFile.New(temp.PathTo("key"), KeyType.P256);
        return SigningKey.Read(temp.PathTo("key"));
    }

    private static string PublicPem(string path, KeyType type)
    {
        if (type == KeyType.Ed25519)
        {
            using var ledgerKey = LedgerKey.Read(path);
            return ledgerKey.PublicPem;
        }
        using var key = SigningKey.Read(path);
        Assert.Equal(type, key.Type);
        return key.Public.Pem;
    }

    private static void AssertRefused(string advice, Func<object> read) =>
        Assert.Contains(advice, Assert.Throws<KeyException>(read).Advice, StringComparison.Ordinal);
}
