using System.Text;
using Loragate.Governance.Publication;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class RevokeTests(FinishedDemo demo) : IDisposable
{
    private readonly PeopleGate _people = demo.CopyReleased();

    private string Release => Path.Combine(_people.Dossier, "release");

    [Fact]
    public void A_revoked_release_is_told_to_whoever_holds_it()
    {
        Ends(0, Status(Release), "current: release 1 of routing-good");
        Ends(64, Revoke("risk", Release, ""), "needs one");
        var entries = Entries();
        Ends(0, Revoke("risk", _people.Dossier, "Leaks addresses."), $"Revoked by entry {entries}: release 1 of routing-good");
        var again = Revoke("reviewer", Release, "Again.", "--json");
        Ends(0, again, "Already revoked, and nothing was logged: release 1 of routing-good");
        var told = Record.Parse<Revoked>(Encoding.UTF8.GetBytes(again.Output.TrimEnd()), "stdout");
        Assert.Equal(("routing-good", 1, "risk-1", entries, false), (told.Adapter, told.Number, told.Signer, (int)told.Entry, told.IsNew));
        Assert.Equal(entries + 1, Entries());
        Ends(1, Status(Release), "risk-1 revoked it (entry ");
        Assert.EndsWith(": Leaks addresses.\n", Status(Release).Error, StringComparison.Ordinal);
        Ends(1, Status(_people.Dossier), "risk-1 revoked it");
        Assert.Contains("\"state\":\"revoked\"", Status(Release, "--json").Output, StringComparison.Ordinal);
        Ends(0, Executable.Run("ledger", "audit", "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust), "1 releases");
    }

    [Fact]
    public void A_gate_tells_that_its_adapter_was_revoked_and_never_releases_the_same_again()
    {
        Ends(0, Revoke("risk", Release, "Leaks addresses."), "Revoked");
        var again = _people.Run();
        Ends(1, again, "WARNING: release 1 of routing-good, with exactly this adapter, was revoked: risk-1 revoked it (entry ");
        Ends(1, again, "Leaks addresses.");
        Ends(1, again, "NOT RELEASED");

        // Another trust policy is another decision: it may be meant, and is told all the same.
        _people.WriteTrust(PeopleGate.TrustText + "\n");
        Ends(2, _people.Run(), "WARNING: release 1 of routing-good");
    }

    [Fact]
    public void A_revocation_by_nobody_known_is_no_word_but_is_not_ignored()
    {
        Ends(64, Revoke("stranger", Release, "No."), "names no such key");
        Ends(64, Executable.Run("revoke", Release, "--reason", "No.", "--key", _people.KeyOf("stranger"), "--ledger", _people.Gate.Ledger, "--ledger-key", _people.Gate.LedgerKey), "--trust");
        Ends(0, Status(Release), "current");

        // By a trust policy of their own.
        var (theirs, ours) = (PeopleGate.TrustText.Replace("risk.pem", "stranger.pem", StringComparison.Ordinal), PeopleGate.TrustText);
        _people.WriteTrust(theirs);
        Ends(0, Revoke("stranger", Release, "No."), "Revoked");
        _people.WriteTrust(ours);
        Ends(3, Status(Release), "signed by nobody");
        Ends(3, Executable.Run("ledger", "audit", "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust), "a revocation that counts for nothing: signed by nobody");
        Ends(0, Revoke("risk", Release, "Yes."), "signed by nobody whom the trust policy names: 'status' tells that the release is broken");
    }

    [Fact]
    public void A_release_that_was_changed_is_unknown_and_cannot_be_revoked()
    {
        File.AppendAllText(Path.Combine(Release, "report.pdf"), "x");
        Ends(3, Status(Release), "the ledger holds no release");
        Ends(4, Revoke("risk", Release, "x"), "no release with the manifest");
        Ends(4, Revoke("risk", "/nowhere", "x"), "/nowhere");
    }

    [Fact]
    public void A_dossier_whose_gate_released_nothing_has_no_status_and_nothing_to_publish()
    {
        var dossier = demo.DossierOf("routing-damaged");
        Ends(4, Status(dossier), "a dossier without a release");
        Ends(4, Executable.Run("publish", dossier, "--to", _people.Gate.Temp.PathTo("layout"), "--key", demo.PublicKey), "a dossier without a release");
        Assert.False(Directory.Exists(_people.Gate.Temp.PathTo("layout")));
    }

    [Theory]
    [InlineData("gate.pem.pub")]
    [InlineData("reviewer.pem.pub")]
    public void A_key_that_was_compromised_before_the_release_breaks_it_and_one_after_does_not(string key)
    {
        _people.WriteTrust(PeopleGate.TrustText.Replace($"file: {key}", $"file: {key}, compromised: 2999-01-01T00:00:00Z", StringComparison.Ordinal));
        Ends(0, Status(Release), "current");
        _people.WriteTrust(PeopleGate.TrustText.Replace($"file: {key}", $"file: {key}, compromised: 2020-01-01T00:00:00Z", StringComparison.Ordinal));
        Ends(3, Status(Release), "compromised by then");
    }

    [Fact]
    public void A_release_that_is_broken_and_revoked_is_told_to_be_both()
    {
        Ends(0, Revoke("risk", Release, "Leaks addresses."), "Revoked");
        _people.WriteTrust(PeopleGate.TrustText.Replace("file: gate.pem.pub", "file: gate.pem.pub, compromised: 2020-01-01T00:00:00Z", StringComparison.Ordinal));
        Ends(3, Status(Release), "compromised by then");
        Ends(3, Status(Release), "risk-1 revoked it");
    }

    public void Dispose() => _people.Dispose();

    private ShellResult Revoke(string person, string folder, string reason, params string[] more) =>
        Executable.Run(["revoke", folder, "--reason", reason, "--key", _people.KeyOf(person), "--ledger", _people.Gate.Ledger, "--ledger-key", _people.Gate.LedgerKey, "--trust", _people.Trust, .. more]);

    private ShellResult Status(string release, params string[] more) =>
        Executable.Run(["status", release, "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust, .. more]);

    private int Entries() => Executable.Must("ledger", "show", "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
