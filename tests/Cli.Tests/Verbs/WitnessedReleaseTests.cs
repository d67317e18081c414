using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>A release under a trust policy that asks a witness of the ledger.</summary>
public sealed class WitnessedReleaseTests : IDisposable
{
    private readonly PeopleGate _people;

    public WitnessedReleaseTests(FinishedDemo demo)
    {
        _people = demo.CopyReleased();
        Executable.Must("keys", "new", "--type", "ed25519", "--output", Key);
        File.WriteAllText(Witness, Executable.Must("ledger", "witness", "vkey", "--witness-key", Key, "--name", "witness.example/w1").Output);
        _people.WriteTrust($"{PeopleGate.TrustText}\nwitnesses: {{quorum: 1, keys: [\"{File.ReadAllText(Witness).Trim()}\"]}}\n");
    }

    private string Key => PathTo("witness.pem");

    private string Witness => PathTo("witness.vkey");

    private string Release => Path.Combine(_people.Dossier, "release");

    [Fact]
    public void Status_and_verify_ask_for_the_witnesses_of_the_trust_policy()
    {
        Ends(3, Status(), "not among the 0 entries that the quorum of witnesses has cosigned");
        Ends(3, Verify(), "cosigned by 0 of the 1 witnesses");
        Assert.Contains("\"fault\":\"notWitnessed\"", Verify("--json").Output, StringComparison.Ordinal);

        Exchange();
        Ends(0, Status(), "current: release 1");
        var index = File.ReadLines(Path.Combine(Release, "release.tlog-proof")).First(line => line.StartsWith("index ", StringComparison.Ordinal))[6..];
        Ends(0, Verify("--proof", Prove(index)), "as the quorum of witnesses has seen it");
        Ends(3, Verify("--proof", Prove("0")), "does not stand at index 0");
        Ends(3, Verify("--proof", _people.Trust), "trust.yaml: no");
        Ends(64, Executable.Run("verify", Release, "--key", _people.Gate.Key + ".pub", "--vkey", _people.Gate.VKey, "--proof", Prove(index)), "--proof goes with");

        Ends(0, Executable.Run("verify", _people.Dossier, "--trust", _people.Trust, "--vkey", _people.Gate.VKey), "Not proved: that the witnesses of the trust policy have seen");

        // Without the ledger's key nothing of the ledger is asked, and that is told.
        Ends(0, Executable.Run("verify", Release, "--trust", _people.Trust), "Not proved: that the ledger holds it");
    }

    [Fact]
    public void Nothing_is_published_or_pulled_that_the_witnesses_of_the_trust_policy_have_not_seen()
    {
        var layout = PathTo("layout");
        Ends(3, Publish(), "cosigned by 0 of the 1 witnesses");
        Assert.False(Directory.Exists(layout));
        Executable.Must("publish", Release, "--to", layout, "--trust", _people.Trust);
        Ends(3, Pull(), "cosigned by 0 of the 1 witnesses");
        Assert.False(Directory.Exists(PathTo("pulled")));
        Ends(64, Executable.Run("publish", Release, "--to", layout, "--trust", _people.Trust, "--proof", _people.Trust), "--proof goes with");

        Exchange();
        var proof = Prove(File.ReadLines(Path.Combine(Release, "release.tlog-proof")).First(line => line.StartsWith("index ", StringComparison.Ordinal))[6..]);
        Ends(0, Publish("--proof", proof), "Published");
        Ends(0, Pull("--proof", proof), "Pulled");
    }

    public void Dispose() => _people.Dispose();

    private string PathTo(string name) => _people.Gate.Temp.PathTo(name);

    private string Prove(string index)
    {
        Executable.Must("ledger", "prove", "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--index", index, "--trust", _people.Trust, "--output", PathTo($"{index}.proof"));
        return PathTo($"{index}.proof");
    }

    private void Exchange()
    {
        string[] ledger = ["--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey];
        Executable.Must(["ledger", "witness", "request", .. ledger, "--witness", Witness, "--output", PathTo("request")]);
        Executable.Must("ledger", "witness", "cosign", "--request", PathTo("request"), "--vkey", _people.Gate.VKey, "--witness-key", Key, "--name", "witness.example/w1", "--state", PathTo("seen"), "--output", PathTo("answer"));
        Executable.Must(["ledger", "witness", "add", .. ledger, "--request", PathTo("request"), "--answer", PathTo("answer"), "--witness", Witness]);
    }

    private ShellResult Status() => Executable.Run("status", Release, "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust);

    private ShellResult Verify(params string[] more) => Executable.Run(["verify", Release, "--trust", _people.Trust, "--vkey", _people.Gate.VKey, .. more]);

    private ShellResult Publish(params string[] more) => Executable.Run(["publish", Release, "--to", PathTo("layout"), "--trust", _people.Trust, "--vkey", _people.Gate.VKey, .. more]);

    private ShellResult Pull(params string[] more) => Executable.Run(["pull", PathTo("layout"), "--output", PathTo("pulled"), "--trust", _people.Trust, "--vkey", _people.Gate.VKey, .. more]);

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
