using System.Diagnostics;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class EncryptedKeyTests : IDisposable
{
    private const string Passphrase = "open sesame";

    private readonly TempFolder _temp = new();

    private string Key => _temp.PathTo("key.pem");

    [Theory]
    [InlineData("p256")]
    [InlineData("ed25519")]
    public void I_can_make_a_key_under_a_passphrase_that_only_the_passphrase_opens(string type)
    {
        Must(RunWith($"{Passphrase}\n", "keys", "new", "--type", type, "--output", Key, "--encrypt", "--self-signed", "gate", "--passphrase-fd", "3"), type == "p256");
        if (type != "p256")
            Must(RunWith(Passphrase, "keys", "new", "--type", type, "--output", Key, "--encrypt", "--passphrase-fd", "3"));
        Assert.Contains("ENCRYPTED PRIVATE KEY", File.ReadAllText(Key), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Key));
        var shown = RunWith($"{Passphrase}\r\nanother line", "keys", "show", Key, "--passphrase-fd", "3");
        Assert.Equal(File.ReadAllText(Key + ".pub"), shown.Output);
        var wrong = RunWith("open barley", "keys", "show", Key, "--passphrase-fd", "3");
        Assert.Equal(4, wrong.ExitCode);
        Assert.Contains("passphrase does not open", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void I_can_sign_with_an_encrypted_key_and_its_certificate()
    {
        var folder = _temp.Copy(Executable.Adapter("routing-good"), "adapter");
        Must(RunWith(Passphrase, "keys", "new", "--type", "p384", "--output", Key, "--encrypt", "--self-signed", "gate", "--passphrase-fd", "3"));
        Must(RunWith(Passphrase, "sign", folder, "--key", Key, "--passphrase-fd", "3"));
        Executable.Must("verify", folder, "--key", Key + ".pub");
        Must(RunWith(Passphrase, "sign", folder, "--key", Key, "--certificate", Key + ".crt", "--passphrase-fd", "3"));
        Executable.Must("verify", folder, "--roots", Key + ".crt");
    }

    [Fact]
    public void A_ledgers_key_may_be_encrypted_too()
    {
        Must(RunWith(Passphrase, "keys", "new", "--type", "ed25519", "--output", Key, "--encrypt", "--passphrase-fd", "3"));
        string[] init = ["ledger", "init", "--ledger", _temp.PathTo("ledger"), "--origin", "example.com/log", "--ledger-key", Key];
        Assert.Equal(4, RunWith("wrong", [.. init, "--ledger-passphrase-fd", "3"]).ExitCode);
        Assert.False(Directory.Exists(_temp.PathTo("ledger")));
        var made = RunWith(Passphrase, [.. init, "--ledger-passphrase-fd", "3"]);
        Must(made);
        _temp.Write("vkey", System.Text.Encoding.ASCII.GetBytes(made.Output));
        Must(RunWith(Passphrase, "ledger", "append", "--ledger", _temp.PathTo("ledger"), "--ledger-key", Key, "--type", "note", "--subject", Key + ".pub", "--ledger-passphrase-fd", "3"));
        Executable.Must("ledger", "verify", "--ledger", _temp.PathTo("ledger"), "--vkey", _temp.PathTo("vkey"));
    }

    [Fact]
    public void Nothing_is_made_or_signed_where_the_passphrase_is_missing()
    {
        var closed = Executable.Run("keys", "new", "--type", "p256", "--output", Key, "--encrypt", "--passphrase-fd", "77");
        Assert.Equal(64, closed.ExitCode);
        Assert.Contains("77", closed.Error, StringComparison.Ordinal);
        Assert.Equal(64, RunWith("", "keys", "new", "--type", "p256", "--output", Key, "--encrypt", "--passphrase-fd", "3").ExitCode);
        Assert.Equal(64, RunWith("\nopen sesame", "keys", "new", "--type", "p256", "--output", Key, "--encrypt", "--passphrase-fd", "3").ExitCode);
        Assert.Equal(64, RunWith(new string('x', 1025), "keys", "new", "--type", "p256", "--output", Key, "--encrypt", "--passphrase-fd", "3").ExitCode);
        Assert.DoesNotContain(Files.Of(_temp.Path), file => file.StartsWith("key", StringComparison.Ordinal));
        Must(RunWith(Passphrase, "keys", "new", "--type", "p256", "--output", Key, "--encrypt", "--passphrase-fd", "3"));
        var nobody = Shell.Run("sh", _temp.Path, "-c", $"{Tool("sign", Executable.Adapter("routing-good"), "--key", Key, "--output", _temp.PathTo("model.sig"))} < /dev/null");
        Assert.Equal(64, nobody.ExitCode);
        Assert.Contains("--passphrase-fd", nobody.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.PathTo("model.sig")));
    }

    /// <summary>The runtime has files of its own open, and a passphrase that is read from one of them is no secret.</summary>
    [Fact]
    public void A_file_descriptor_that_the_caller_did_not_open_is_no_source_of_passphrases()
    {
        foreach (var descriptor in (string[])["3", "14", "18", "77"])
        {
            var result = Executable.Run("keys", "new", "--type", "p256", "--output", Key, "--encrypt", "--passphrase-fd", descriptor);
            Assert.Equal(64, result.ExitCode);
            Assert.Contains($"--passphrase-fd {descriptor}: whoever started this opened no such file descriptor", result.Error, StringComparison.Ordinal);
        }
        Assert.False(File.Exists(Key));
    }

    [Fact]
    public void A_terminal_asks_without_an_echo_and_twice_for_a_new_key()
    {
        Assert.SkipUnless(Shell.Has("script"), "script is not installed.");
        var (code, seen) = AtTerminal(["keys", "new", "--type", "p256", "--output", Key, "--encrypt"], Passphrase, Passphrase);
        Assert.True(code == 0, seen);
        Assert.Contains("ENCRYPTED", File.ReadAllText(Key), StringComparison.Ordinal);
        (code, seen) = AtTerminal(["sign", Executable.Adapter("routing-good"), "--key", Key, "--output", _temp.PathTo("model.sig")], Passphrase);
        Assert.True(code == 0, seen);
        Executable.Must("verify", Executable.Adapter("routing-good"), "--signature", _temp.PathTo("model.sig"), "--key", Key + ".pub");
        (code, seen) = AtTerminal(["keys", "new", "--type", "p256", "--output", _temp.PathTo("other.pem"), "--encrypt"], Passphrase, "something else");
        Assert.True(code == 64, seen);
        Assert.False(File.Exists(_temp.PathTo("other.pem")));
        (code, seen) = AtTerminal(["sign", Executable.Adapter("routing-good"), "--key", Key, "--output", _temp.PathTo("model.sig")], "\u0003");
        Assert.True(code == 130, seen);
    }

    public void Dispose() => _temp.Dispose();

    private static void Must(ShellResult result, bool isFine = true) => Assert.True(result.ExitCode == 0 == isFine, result.Error);

    private static string Tool(params IEnumerable<string> arguments) =>
        string.Join(' ', arguments.Prepend(Path.Combine(AppContext.BaseDirectory, "loragate.dll")).Prepend("dotnet").Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));

    /// <summary>Runs with a text on file descriptor 3.</summary>
    private ShellResult RunWith(string text, params string[] arguments)
    {
        var file = _temp.Write("secret", System.Text.Encoding.UTF8.GetBytes(text));
        return Shell.Run("sh", _temp.Path, "-c", $"{Tool(arguments)} 3< '{file}'");
    }

    /// <summary>Runs at a terminal, where a line is typed whenever a question is asked; what is typed must not be seen.</summary>
    private (int ExitCode, string Seen) AtTerminal(string[] arguments, params string[] lines)
    {
        using var process = Process.Start(new ProcessStartInfo("script", ["-qefc", Tool(arguments), "/dev/null"]) { WorkingDirectory = _temp.Path, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var seen = new System.Text.StringBuilder();
        foreach (var line in lines)
        {
            Read(process, seen, until: ": ");
            // The question is written just before the terminal is told to be silent.
            Thread.Sleep(300);
            process.StandardInput.Write(line + (line == "\u0003" ? "" : "\r"));
            process.StandardInput.Flush();
        }
        Read(process, seen, until: null);
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.All(lines.Where(line => line.Length > 1), line => Assert.DoesNotContain(line, seen.ToString(), StringComparison.Ordinal));
        return (process.ExitCode, seen.ToString());
    }

    private static void Read(Process process, System.Text.StringBuilder seen, string? until)
    {
        var start = seen.Length;
        while (process.StandardOutput.Read() is var character and >= 0)
        {
            seen.Append((char)character);
            if (until is not null && seen.Length - start >= until.Length && seen.ToString(seen.Length - until.Length, until.Length) == until)
                return;
        }
    }
}
