using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>Keys on a token of SoftHSM, a real PKCS#11 module.</summary>
public sealed class TokenTests : IDisposable
{
    private const string Pin = "4711";

    private static readonly string? Module = new[] { "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so" }.FirstOrDefault(File.Exists);

    private readonly TempFolder _temp = new();

    public TokenTests()
    {
        Assert.SkipUnless(Module is not null && Shell.Has("softhsm2-util"), "SoftHSM is not installed.");
        Directory.CreateDirectory(_temp.PathTo("tokens"));
        _temp.Write("softhsm2.conf", System.Text.Encoding.ASCII.GetBytes($"directories.tokendir = {_temp.PathTo("tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n"));
        NewToken("gate");
        WritePin(Pin);
    }

    private string Folder => _temp.PathTo("adapter");

    [Theory]
    [InlineData("p256")]
    [InlineData("p384")]
    [InlineData("p521")]
    public void I_can_make_a_key_on_a_token_and_sign_and_verify_a_folder_with_it(string type)
    {
        _temp.Copy(Executable.Adapter("routing-good"), "adapter");
        Must("keys", "new", "--type", type, "--output", _temp.PathTo("gate"), "--pkcs11", Uri(), "--self-signed", "gate", "--passphrase-fd", "3");
        Assert.False(File.Exists(_temp.PathTo("gate")));
        Must("sign", Folder, "--key", Uri(), "--passphrase-fd", "3");
        Must("verify", Folder, "--key", _temp.PathTo("gate.pub"));
        Must("verify", Folder, "--key", Uri());
        Must("sign", Folder, "--key", Uri(), "--certificate", _temp.PathTo("gate.crt"), "--passphrase-fd", "3");
        Must("verify", Folder, "--roots", _temp.PathTo("gate.crt"));
        Assert.Equal(File.ReadAllText(_temp.PathTo("gate.pub")), Must("keys", "show", Uri()).Output);
    }

    [Fact]
    public void The_pin_may_come_from_a_file_of_the_owners_alone()
    {
        _temp.Copy(Executable.Adapter("routing-good"), "adapter");
        var source = $"{Uri()}&pin-source=file:{_temp.PathTo("pin")}";
        Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("gate"), "--pkcs11", source);
        Must("sign", Folder, "--key", source);
        Must("verify", Folder, "--key", _temp.PathTo("gate.pub"));
        File.SetUnixFileMode(_temp.PathTo("pin"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        AssertRefused(4, "chmod 600", "sign", Folder, "--key", source);
    }

    [Fact]
    public void A_gate_signs_all_of_its_records_and_its_release_on_the_token()
    {
        using var gate = new SampleGate();
        Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("gate"), "--pkcs11", Uri(), "--passphrase-fd", "3");
        Must([.. gate.Arguments().Select(word => word == gate.Key ? Uri() : word), "--passphrase-fd", "3"]);
        Must("verify", gate.Dossier, "--key", Uri(), "--vkey", gate.VKey);
        Must("verify", Path.Combine(gate.Dossier, "release"), "--key", _temp.PathTo("gate.pub"), "--vkey", gate.VKey);
    }

    [Fact]
    public void A_key_made_on_a_token_cannot_be_taken_from_it()
    {
        Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("gate"), "--pkcs11", Uri(), "--passphrase-fd", "3");
        Assert.SkipUnless(Shell.Has("pkcs11-tool"), "pkcs11-tool is not installed.");
        var listed = Shell.Run("env", _temp.Path, $"SOFTHSM2_CONF={_temp.PathTo("softhsm2.conf")}", "pkcs11-tool", "--module", Module!, "--token-label", "gate", "--login", "--pin", Pin, "--list-objects", "--type", "privkey");
        Assert.Contains("sensitive, always sensitive, never extractable", listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_pins_missing_and_ambiguous_objects_and_tokens_are_refused_in_words()
    {
        Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("gate"), "--pkcs11", Uri(), "--passphrase-fd", "3");
        string[] sign = ["sign", Executable.Adapter("routing-good"), "--output", _temp.PathTo("model.sig"), "--passphrase-fd", "3", "--key"];
        AssertRefused(4, "no public key", [.. sign, Uri(more: ";id=%01")]);
        AssertRefused(4, "no public key", [.. sign, Uri(label: "nothing")]);
        AssertRefused(4, "no such token", [.. sign, Uri(token: "another")]);
        AssertRefused(4, "already stands there", "keys", "new", "--type", "p256", "--output", _temp.PathTo("again"), "--pkcs11", Uri(), "--passphrase-fd", "3");
        Assert.False(File.Exists(_temp.PathTo("again.pub")));
        Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("second"), "--pkcs11", Uri(label: "second"), "--passphrase-fd", "3");
        AssertRefused(4, "2 public keys fit", [.. sign, $"pkcs11:token=gate?module-path={Module}"]);
        NewToken("gate");
        AssertRefused(4, "2 tokens fit", [.. sign, Uri()]);
        NewToken("other");
        WritePin("0000");
        AssertRefused(4, "the PIN is wrong", "keys", "new", "--type", "p256", "--output", _temp.PathTo("third"), "--pkcs11", Uri(token: "other"), "--passphrase-fd", "3");
        Assert.False(File.Exists(_temp.PathTo("model.sig")));
        Assert.False(File.Exists(_temp.PathTo("third.pub")));
    }

    [Fact]
    public void Another_kind_of_key_is_no_signing_key()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        foreach (var (label, id, options) in new[] { ("rsa", "aa", "-algorithm RSA -pkeyopt rsa_keygen_bits:2048"), ("k1", "bb", "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1") })
        {
            Assert.Equal(0, Shell.Run("sh", _temp.Path, "-c", $"openssl genpkey {options} -out {label}.pem").ExitCode);
            var import = Util("--import", $"{label}.pem", "--token", "gate", "--label", label, "--id", id, "--pin", Pin);
            Assert.True(import.ExitCode == 0, import.Output + import.Error);
            AssertRefused(4, label == "rsa" ? "no public key on an elliptic curve" : "a public key on another curve", "sign", Executable.Adapter("routing-good"), "--output", _temp.PathTo("model.sig"), "--key", Uri(label: label), "--passphrase-fd", "3");
        }
    }

    [Fact]
    public void A_module_that_is_none_is_refused_in_words()
    {
        var text = _temp.Write("module.so", "no library"u8);
        string[] sign = ["sign", Executable.Adapter("routing-good"), "--output", _temp.PathTo("model.sig"), "--passphrase-fd", "3", "--key"];
        AssertRefused(4, "no PKCS#11 module", [.. sign, $"pkcs11:object=gate?module-path={text}"]);
        AssertRefused(4, "no module at", [.. sign, $"pkcs11:object=gate?module-path={text}.1"]);
        AssertRefused(4, "no PKCS#11 module", [.. sign, $"pkcs11:object=gate?module-path={typeof(TokenTests).Assembly.Location}"]);
        var library = new[] { "/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6" }.FirstOrDefault(File.Exists);
        if (library is not null)
            AssertRefused(4, "no PKCS#11 module", [.. sign, $"pkcs11:object=gate?module-path={library}"]);
    }

    /// <summary>SoftHSM never locks: a module of our own says what a token says whose PIN was wrong too often, before and after it was asked.</summary>
    [Theory]
    [InlineData("0x4040C")]
    [InlineData("0x0040C")]
    public void A_locked_token_is_told_as_such(string flags)
    {
        Assert.SkipUnless(Shell.Has("cc"), "A C compiler is not installed.");
        var built = Shell.Run("cc", _temp.Path, "-shared", "-fPIC", "-w", $"-DFLAGS={flags}", "-o", "locked.so", Repository.PathTo("tests", "Cli.Tests", "Verbs", "locked-token.c"));
        Assert.SkipUnless(built.ExitCode == 0, $"The module does not build: {built.Error}");
        AssertRefused(4, "the PIN is locked", "keys", "new", "--type", "p256", "--output", _temp.PathTo("key"), "--pkcs11", $"pkcs11:token=locked;object=key?module-path={_temp.PathTo("locked.so")}", "--passphrase-fd", "3");
        Assert.False(File.Exists(_temp.PathTo("key.pub")));
    }

    [Fact]
    public void A_pin_on_the_command_line_is_refused_and_not_repeated()
    {
        var result = Run("sign", Executable.Adapter("routing-good"), "--key", $"{Uri()}&pin-value=4711");
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("pin-value", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledgers_key_on_a_token_is_refused_with_advice() =>
        AssertRefused(4, "--encrypt", "ledger", "init", "--ledger", _temp.PathTo("ledger"), "--origin", "example.com/log", "--ledger-key", Uri());

    public void Dispose() => _temp.Dispose();

    private static string Uri(string token = "gate", string label = "release%20key", string more = "") => $"pkcs11:token={token};object={label}{more}?module-path={Module}";

    private void WritePin(string pin)
    {
        _temp.Write("pin", System.Text.Encoding.ASCII.GetBytes(pin + "\n"));
        File.SetUnixFileMode(_temp.PathTo("pin"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private void NewToken(string label)
    {
        var made = Util("--init-token", "--free", "--label", label, "--pin", Pin, "--so-pin", "12345678");
        Assert.True(made.ExitCode == 0, made.Output + made.Error);
    }

    private ShellResult Util(params string[] arguments) => Shell.Run("env", _temp.Path, [$"SOFTHSM2_CONF={_temp.PathTo("softhsm2.conf")}", "softhsm2-util", .. arguments]);

    /// <summary>Runs with the token's configuration and the PIN on file descriptor 3.</summary>
    private ShellResult Run(params IEnumerable<string> arguments) =>
        Shell.Run("sh", _temp.Path, ["-c", $"SOFTHSM2_CONF='{_temp.PathTo("softhsm2.conf")}' exec \"$@\" 3< '{_temp.PathTo("pin")}'", "sh", "dotnet", Path.Combine(AppContext.BaseDirectory, "loragate.dll"), .. arguments]);

    private ShellResult Must(params IEnumerable<string> arguments)
    {
        var result = Run(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Error}");
        return result;
    }

    private void AssertRefused(int code, string words, params IEnumerable<string> arguments)
    {
        var result = Run(arguments);
        Assert.Equal(code, result.ExitCode);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }
}
