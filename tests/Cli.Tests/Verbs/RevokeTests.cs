using System.Text;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Keys;
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
    public void A_gate_tells_that_its_adapter_was_revoked_and_releases_it_again_only_when_people_approve_again()
    {
        Ends(0, Revoke("risk", Release, "Leaks addresses."), "Revoked");
        foreach (var language in (string[])["en", "ja"])
        {
            var again = _people.Run("--lang", language);
            Ends(2, again, "WARNING: release 1 of routing-good, with exactly this adapter, was revoked: risk-1 revoked it (entry ");
            Ends(2, again, "Leaks addresses.");
            Ends(2, again, "What people approved before that does not count any more");
            Ends(2, again, "Still to approve: 1 in the role reviewer, 1 in the role risk-owner");
            Assert.False(Directory.Exists(Release));
        }
        Ends(0, Executable.Run("verify", _people.Dossier, "--trust", _people.Trust, "--vkey", _people.Gate.VKey), "holds");

        Ends(0, _people.Approve("reviewer", "reviewer"), "It counts once the gate runs again");
        var told = _people.Approve("risk", "risk-owner");
        Ends(0, told, "WARNING: Exactly this change was taken back by risk-1 (ledger entry ");
        Ends(0, told, "): “Leaks addresses”. Nobody has approved it since.");
        Ends(64, _people.Waive("risk", "--rule", "people-agree", "--reason", "No time.", "--until", "2999-01-01"), "WARNING: Exactly this change was taken back by risk-1 (ledger entry ");
        var released = _people.Run();
        Ends(0, released, "Approved");
        Ends(0, released, "WARNING: release 1 of routing-good");
        Ends(0, Status(Release), "current: release 2 of routing-good");
        Ends(0, Executable.Run("ledger", "audit", "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust, "--dossiers", _people.Gate.Temp.Path), "2 releases");
    }

    [Fact]
    public void What_people_approved_before_a_revocation_is_not_revived_by_other_bytes_or_a_later_log()
    {
        Ends(0, _people.Approve("risk", "reviewer"), "It counts once the gate runs again");
        Ends(0, Revoke("risk", Release, "Leaks addresses."), "Revoked");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_people.Dossier, "approvals"), "*-risk-owner-*"))
            File.AppendAllText(file, "\n");
        var again = _people.Run();
        Ends(2, again, "Still to approve: 1 in the role reviewer, 1 in the role risk-owner");
        var decision = Record.ReadFile<Decision>(Path.Combine(_people.Dossier, "decision.json"));
        Assert.Equal([ApprovalState.Malformed, ApprovalState.BeforeRevocation, ApprovalState.BeforeRevocation], decision.Approvals!.Select(approval => approval.State).Order());
        Assert.Equal(("risk-1", "Leaks addresses."), (decision.Revocation!.Signer, decision.Revocation.Reason));
        Assert.False(Directory.Exists(Release));

        // Nor in a dossier that knows nothing of them: the decision tells of the revocation, so it is another one than before.
        Directory.Delete(Path.Combine(_people.Dossier, "approvals"), recursive: true);
        Ends(2, _people.Run(), "was revoked");
        Ends(0, _people.Approve("reviewer", "reviewer"), "approved in the role reviewer");
        Ends(0, _people.Approve("reviewer", "reviewer"), "Signed already, and nothing was added: approved in the role reviewer");
        Ends(0, _people.Approve("reviewer", "reviewer"), "unless a release of this adapter was revoked after this decision");
        Ends(0, _people.Approve("risk", "risk-owner"), "");
        Ends(0, _people.Run(), "Approved");
        Ends(0, Status(Release), "current: release 2");
    }

    [Fact]
    public void An_earlier_release_of_the_same_adapter_is_revoked_with_the_later_one_and_is_not_published()
    {
        var first = _people.Gate.Temp.Copy(Release, "first");
        _people.WriteTrust(PeopleGate.TrustText + "\n");
        _people.Release();
        Ends(1, Status(first), "superseded");
        Ends(0, Revoke("risk", Release, "Leaks addresses."), "Revoked");
        Ends(1, Status(first), "another release with exactly this adapter");
        Ends(1, Executable.Run("publish", first, "--to", _people.Gate.Temp.PathTo("layout"), "--trust", _people.Trust, "--vkey", _people.Gate.VKey, "--ledger", _people.Gate.Ledger), "was revoked");
        Ends(1, Executable.Run("rollback", Release, "--releases", _people.Gate.Temp.Path, "--output", _people.Gate.Temp.PathTo("serving"), "--reason", "x", "--key", _people.KeyOf("risk"), "--ledger", _people.Gate.Ledger, "--ledger-key", _people.Gate.LedgerKey, "--trust", _people.Trust), "before this one stands");
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
    public void What_was_revoked_or_is_not_in_the_ledger_is_not_published_where_the_ledger_is_asked()
    {
        var layout = _people.Gate.Temp.PathTo("layout");
        string[] publish = ["publish", Release, "--to", layout, "--trust", _people.Trust, "--vkey", _people.Gate.VKey];
        Ends(64, Executable.Run("publish", Release, "--to", layout, "--key", _people.Gate.Key + ".pub", "--ledger", _people.Gate.Ledger), "--ledger goes with --vkey and --trust");
        Ends(0, Executable.Run([.. publish, "--ledger", _people.Gate.Ledger]), "Published routing-good");
        Directory.Delete(layout, recursive: true);

        // Another ledger under the same key, in which nothing was logged.
        var empty = _people.Gate.Temp.PathTo("empty");
        Executable.Must("ledger", "init", "--ledger", empty, "--origin", LedgerVerifier.Read(_people.Gate.VKey).Name, "--ledger-key", _people.Gate.LedgerKey);
        Ends(3, Executable.Run([.. publish, "--ledger", empty]), "it was rolled back or replaced");
        Ends(3, Status(Release, "--ledger", empty), "it was rolled back or replaced");
        Ends(64, Executable.Run([.. publish, "--seen", _people.Gate.VKey]), "--seen goes with --ledger");
        var stale = _people.Gate.Temp.Copy(_people.Gate.Ledger, "stale");
        Executable.Must("publish", Release, "--to", _people.Gate.Temp.PathTo("published"), "--trust", _people.Trust);
        Ends(0, Revoke("risk", Release, "Leaks addresses."), "Revoked");
        Ends(1, Executable.Run([.. publish, "--ledger", _people.Gate.Ledger]), "was revoked: risk-1 revoked it");

        // A ledger from before the revocation knows nothing of it, until somebody remembers a later one.
        var seen = Path.Combine(_people.Gate.Ledger, "checkpoint");
        Ends(3, Executable.Run([.. publish, "--ledger", stale, "--seen", seen]), "it was rolled back or replaced");
        Assert.False(Directory.Exists(layout));

        string[] pull = ["pull", _people.Gate.Temp.PathTo("published"), "--output", _people.Gate.Temp.PathTo("pulled"), "--trust", _people.Trust, "--vkey", _people.Gate.VKey];
        Ends(1, Executable.Run([.. pull, "--ledger", _people.Gate.Ledger]), "Not kept: ");
        Ends(3, Executable.Run([.. pull, "--ledger", stale, "--seen", seen]), "it was rolled back or replaced");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_people.Gate.Temp.Path, "pulled*"));
        Ends(0, Executable.Run([.. pull, "--ledger", stale]), "Not proved: that their keys were good when they signed");
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
        Executable.Run(["status", release, .. more.Contains("--ledger") ? [] : (string[])["--ledger", _people.Gate.Ledger], "--vkey", _people.Gate.VKey, "--trust", _people.Trust, .. more]);

    private int Entries() => Executable.Must("ledger", "show", "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
