using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class LedgerTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public LedgerTests()
    {
        Executable.Must("keys", "new", "--type", "ed25519", "--output", _temp.PathTo("ledger.pem"));
        File.WriteAllText(_temp.PathTo("ledger.vkey"), Executable.Must("ledger", "init", "--ledger", Ledger, "--origin", "loragate.example/test", "--ledger-key", _temp.PathTo("ledger.pem")).Output);
    }

    private string Ledger => _temp.PathTo("ledger");

    private string VKey => _temp.PathTo("ledger.vkey");

    [Fact]
    public void What_is_appended_is_shown_proved_and_logged_once()
    {
        var file = _temp.Write("notes.txt", "to remember"u8);
        Append(file);
        Append(_temp.Write("more.txt", "more"u8));
        Append(file);
        var lines = Executable.Must("ledger", "show", "--ledger", Ledger, "--vkey", VKey, "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("notes.txt", lines[0], StringComparison.Ordinal);
        Assert.Contains(Artifacts.Digest.OfFile(file).Hex, lines[0], StringComparison.Ordinal);
        Assert.Contains("more.txt", lines[1], StringComparison.Ordinal);
        Executable.Must("ledger", "verify", "--ledger", Ledger, "--vkey", VKey);
        Executable.Must("ledger", "prove", "--ledger", Ledger, "--vkey", VKey, "--index", "1", "--output", _temp.PathTo("proof"));
        Assert.StartsWith("c2sp.org/tlog-proof@v1\nindex 1\n", Skip(File.ReadAllText(_temp.PathTo("proof")), "extra "), StringComparison.Ordinal);
        Assert.Equal(64, Executable.Run("ledger", "prove", "--ledger", Ledger, "--vkey", VKey, "--index", "2", "--output", _temp.PathTo("none")).ExitCode);
    }

    [Fact]
    public void An_entry_is_found_by_the_digits_that_are_shown_of_its_digests_and_what_is_not_there_is_told()
    {
        var file = _temp.Write("notes.txt", "to remember"u8);
        Append(file);
        string[] show = ["ledger", "show", "--ledger", Ledger, "--vkey", VKey];
        var shown = Artifacts.Digest.OfFile(file).Abbreviated;
        Assert.Contains(shown, Executable.Must(show).Error, StringComparison.Ordinal);
        Assert.Contains("notes.txt", Executable.Must([.. show, "--about", shown]).Error, StringComparison.Ordinal);
        foreach (var (asked, words) in new (string[], string)[] { (["--about", shown[..11]], $"No entry is in the ledger that mentions {shown[..11]}."), (["--type", "release", "--about", shown], $"No entry of the type release is in the ledger that mentions {shown}.") })
        {
            var none = Executable.Run([.. show, .. asked]);
            Assert.Equal((1, ""), (none.ExitCode, none.Output));
            Assert.Contains(words, none.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Machines_read_whether_a_ledger_holds()
    {
        Append(_temp.Write("notes.txt", "x"u8));
        File.Copy(Path.Combine(Ledger, "checkpoint"), _temp.PathTo("seen"));
        Append(_temp.Write("more.txt", "more"u8));
        string[] verify = ["ledger", "verify", "--ledger", Ledger, "--vkey", VKey, "--seen", _temp.PathTo("seen"), "--json"];
        Assert.True(Read(Executable.Must(verify)) is { Holds: true, Ledger: "loragate.example/test", Size: 2, Seen: [1], Fault: null });
        Files.FlipBit(Directory.GetFiles(Path.Combine(Ledger, "tile", "entries"), "*", SearchOption.AllDirectories)[0], new Random(5));
        var broken = Executable.Run(verify);
        Assert.Equal(3, broken.ExitCode);
        Assert.True(Read(broken) is { Holds: false, Fault.Place: var place } && place.StartsWith("tile/entries", StringComparison.Ordinal));

        static Governance.Ledger.VerifiedLedger Read(ShellResult result) =>
            Artifacts.Records.Record.Parse<Governance.Ledger.VerifiedLedger>(System.Text.Encoding.UTF8.GetBytes(result.Output.TrimEnd()), "stdout");
    }

    /// <summary>What another engine for the same format is fed with (docs/growth.md).</summary>
    [Fact]
    public void The_lines_that_show_writes_hash_to_the_root_of_the_checkpoint()
    {
        foreach (var text in new[] { "one", "two", "three" })
            Append(_temp.Write(text, System.Text.Encoding.UTF8.GetBytes(text)));
        var tree = new Governance.Ledger.MerkleLevels();
        foreach (var line in Executable.Must("ledger", "show", "--ledger", Ledger, "--vkey", VKey, "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            tree.Append(Governance.Ledger.MerkleTree.Leaf(System.Text.Encoding.UTF8.GetBytes(line)));
        var checkpoint = File.ReadAllLines(Path.Combine(Ledger, "checkpoint"));
        Assert.Equal(($"{tree.Size}", Convert.ToBase64String(tree.Root.ToBytes())), (checkpoint[1], checkpoint[2]));
    }

    [Theory]
    [InlineData("approval")]
    [InlineData("waiver")]
    [InlineData("plan")]
    [InlineData("decision")]
    [InlineData("report")]
    [InlineData("release")]
    [InlineData("revocation")]
    [InlineData("rollback")]
    public void What_the_gate_and_signing_verbs_log_nobody_appends_by_hand(string type)
    {
        var result = Executable.Run("ledger", "append", "--ledger", Ledger, "--ledger-key", _temp.PathTo("ledger.pem"), "--type", type, "--subject", VKey);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains($"--type {type}: only the gate", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_is_never_started_over()
    {
        Assert.Equal(4, Executable.Run("ledger", "init", "--ledger", Ledger, "--origin", "loragate.example/test", "--ledger-key", _temp.PathTo("ledger.pem")).ExitCode);
        Executable.Must("ledger", "verify", "--ledger", Ledger, "--vkey", VKey);
    }

    [Fact]
    public void Another_ledgers_key_neither_verifies_nor_appends()
    {
        Append(_temp.Write("notes.txt", "x"u8));
        Executable.Must("keys", "new", "--type", "ed25519", "--output", _temp.PathTo("other.pem"));
        File.WriteAllText(_temp.PathTo("other.vkey"), Executable.Must("keys", "show", _temp.PathTo("other.pem"), "--origin", "loragate.example/test").Output);
        Assert.Equal(3, Executable.Run("ledger", "verify", "--ledger", Ledger, "--vkey", _temp.PathTo("other.vkey")).ExitCode);
        Assert.Equal(3, Executable.Run("ledger", "append", "--ledger", Ledger, "--ledger-key", _temp.PathTo("other.pem"), "--type", "note", "--subject", VKey).ExitCode);
        Executable.Must("ledger", "verify", "--ledger", Ledger, "--vkey", VKey);
    }

    [Fact]
    public void Data_that_is_no_json_object_is_refused()
    {
        var result = Executable.Run("ledger", "append", "--ledger", Ledger, "--ledger-key", _temp.PathTo("ledger.pem"), "--type", "note", "--subject", VKey, "--data", "{\"a\":1,\"a\":2}");
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("--data", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_that_was_rolled_back_behind_what_was_seen_is_refused()
    {
        Append(_temp.Write("notes.txt", "x"u8));
        var early = _temp.Copy(Ledger, "early");
        Append(_temp.Write("more.txt", "more"u8));
        File.Copy(Path.Combine(Ledger, "checkpoint"), _temp.PathTo("seen"));
        Assert.Contains("seen before", Executable.Must("ledger", "verify", "--ledger", Ledger, "--vkey", VKey, "--seen", _temp.PathTo("seen")).Error, StringComparison.Ordinal);
        Executable.Must("ledger", "verify", "--ledger", early, "--vkey", VKey);
        var result = Executable.Run("ledger", "verify", "--ledger", early, "--vkey", VKey, "--seen", _temp.PathTo("seen"));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("rolled back", result.Error, StringComparison.Ordinal);
        Assert.Equal(4, Executable.Run("ledger", "verify", "--ledger", Ledger, "--vkey", VKey, "--seen", _temp.Write("nonsense", "x"u8)).ExitCode);
    }

    [Fact]
    public void A_ledger_in_a_git_clone_is_pushed_with_every_entry()
    {
        Assert.SkipUnless(Shell.Has("git"), "git is not installed.");
        Git(_temp.Path, "init", "--quiet", "--bare", "--initial-branch=main", "bare.git");
        Git(Ledger, "init", "--quiet", "--initial-branch=main");
        Git(Ledger, "add", ".");
        Git(Ledger, "commit", "--quiet", "-m", "Start");
        Git(Ledger, "remote", "add", "origin", _temp.PathTo("bare.git"));
        Git(Ledger, "push", "--quiet", "-u", "origin", "main");
        Git(_temp.Path, "clone", "--quiet", "bare.git", "other");
        foreach (var (folder, text) in new[] { (Ledger, "one"), (_temp.PathTo("other"), "two"), (Ledger, "three") })
            Executable.Must("ledger", "append", "--ledger", folder, "--ledger-key", _temp.PathTo("ledger.pem"), "--type", "note", "--subject", _temp.Write(text, System.Text.Encoding.UTF8.GetBytes(text)), "--ledger-push");
        Git(_temp.Path, "clone", "--quiet", "bare.git", "reader");
        Assert.Contains("3 entries", Executable.Must("ledger", "verify", "--ledger", _temp.PathTo("reader"), "--vkey", VKey).Error, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(Ledger, ".git"), recursive: true);
        var refused = Executable.Run("ledger", "append", "--ledger", Ledger, "--ledger-key", _temp.PathTo("ledger.pem"), "--type", "note", "--subject", VKey, "--ledger-push");
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("clone of a git repository", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_is_too_long_is_a_usage_error()
    {
        var result = Executable.Run("ledger", "append", "--ledger", Ledger, "--ledger-key", _temp.PathTo("ledger.pem"), "--type", "note", "--subject", VKey, "--data", $"{{\"a\":\"{new string('x', 70_000)}\"}}");
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("65535", result.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private static void Git(string folder, params string[] arguments) => Assert.Equal(0, Shell.Run("git", folder, ["-c", "user.name=test", "-c", "user.email=test@loragate.invalid", .. arguments]).ExitCode);

    private static string Skip(string text, string optional) => string.Join('\n', text.Split('\n').Where(line => !line.StartsWith(optional, StringComparison.Ordinal)));

    private void Append(string file) =>
        Executable.Must("ledger", "append", "--ledger", Ledger, "--ledger-key", _temp.PathTo("ledger.pem"), "--type", "note", "--subject", file);
}
