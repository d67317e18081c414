using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class LedgerWitnessTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public LedgerWitnessTests()
    {
        Executable.Must("keys", "new", "--type", "ed25519", "--output", _temp.PathTo("ledger.pem"));
        Executable.Must("keys", "new", "--type", "ed25519", "--output", _temp.PathTo("witness.pem"));
        File.WriteAllText(VKey, Executable.Must("ledger", "init", "--ledger", Ledger, "--origin", "loragate.example/test", "--ledger-key", _temp.PathTo("ledger.pem")).Output);
        File.WriteAllText(Witness, Executable.Must("ledger", "witness", "vkey", "--witness-key", _temp.PathTo("witness.pem"), "--name", "witness.example/w1").Output);
        File.WriteAllText(Trust, $$"""
            schema: loragate.trust/1
            name: test
            version: "1"
            signers:
              - {id: trainer-1, roles: [author], keys: []}
            witnesses:
              quorum: 1
              keys: ["{{File.ReadAllText(Witness).Trim()}}"]
            """);
    }

    private string Ledger => _temp.PathTo("ledger");

    private string VKey => _temp.PathTo("ledger.vkey");

    private string Witness => _temp.PathTo("witness.vkey");

    private string Trust => _temp.PathTo("trust.yaml");

    [Fact]
    public void A_witness_cosigns_by_files_and_verify_asks_for_its_quorum()
    {
        Append("one");
        var early = _temp.Copy(Ledger, "early");
        Assert.Equal(3, Verify().ExitCode);
        Assert.Contains("\"holds\":false", Verify("--json").Output, StringComparison.Ordinal);
        Append("two");
        Exchange();
        Assert.Contains("\"witnessed\":{\"size\":2,\"witnesses\":[\"witness.example/w1\"]}", Verify("--json").Output, StringComparison.Ordinal);
        Assert.Contains("Witnessed by witness.example/w1: the first 2 entries", Verify().Error, StringComparison.Ordinal);
        Executable.Must("ledger", "prove", "--ledger", Ledger, "--vkey", VKey, "--index", "1", "--trust", Trust, "--output", _temp.PathTo("proof"));
        Assert.Contains("— witness.example/w1 ", File.ReadAllText(_temp.PathTo("proof")), StringComparison.Ordinal);
        Append("three");
        Assert.Contains("the 1 entries after them are not witnessed yet", Verify().Error, StringComparison.Ordinal);
        Assert.Equal(64, Executable.Run("ledger", "prove", "--ledger", Ledger, "--vkey", VKey, "--index", "2", "--trust", Trust, "--output", _temp.PathTo("none")).ExitCode);
        Exchange();
        Assert.Equal(0, Verify().ExitCode);

        // A ledger that was set back asks for less than the witness has seen.
        Executable.Must("ledger", "witness", "request", "--ledger", early, "--vkey", VKey, "--witness", Witness, "--output", _temp.PathTo("request"));
        var refused = Cosign();
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("older one", refused.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private void Append(string text) => Executable.Must("ledger", "append", "--ledger", Ledger, "--ledger-key", _temp.PathTo("ledger.pem"), "--type", "note", "--subject", _temp.Write(text, System.Text.Encoding.UTF8.GetBytes(text)));

    private void Exchange()
    {
        Executable.Must("ledger", "witness", "request", "--ledger", Ledger, "--vkey", VKey, "--witness", Witness, "--output", _temp.PathTo("request"));
        Assert.Equal(0, Cosign().ExitCode);
        Executable.Must("ledger", "witness", "add", "--ledger", Ledger, "--vkey", VKey, "--request", _temp.PathTo("request"), "--answer", _temp.PathTo("answer"), "--witness", Witness);
    }

    private ShellResult Cosign() => Executable.Run("ledger", "witness", "cosign", "--request", _temp.PathTo("request"), "--vkey", VKey, "--witness-key", _temp.PathTo("witness.pem"), "--name", "witness.example/w1", "--state", _temp.PathTo("seen"), "--output", _temp.PathTo("answer"));

    private ShellResult Verify(params string[] more) => Executable.Run(["ledger", "verify", "--ledger", Ledger, "--vkey", VKey, "--trust", Trust, .. more]);
}
