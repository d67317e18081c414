using Loragate.Governance.Auditing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class LedgerAuditTests : IDisposable
{
    private readonly PeopleGate _people;

    public LedgerAuditTests(FinishedDemo demo)
    {
        _people = new PeopleGate(demo);
        Assert.Equal(2, _people.Run().ExitCode);
        Assert.Equal(0, _people.Approve("reviewer", "reviewer").ExitCode);
        Assert.Equal(0, _people.Approve("risk", "risk-owner").ExitCode);
        Assert.Equal(0, _people.Run().ExitCode);
    }

    [Fact]
    public void A_ledger_holds_with_its_dossiers_until_something_is_not_as_it_says()
    {
        Ends(0, Audit("--dossiers", _people.Gate.Temp.Path), "1 releases, 1 decisions held");
        var json = Audit("--json").Output;
        Assert.Empty(Record.Parse<ReleaseAudit>(System.Text.Encoding.UTF8.GetBytes(json[..^1]), "output").Findings);

        _people.WriteTrust(PeopleGate.TrustText.Replace("file: risk.pem.pub", "file: risk.pem.pub, compromised: 2020-01-01T00:00:00Z", StringComparison.Ordinal));
        Ends(3, Audit(), "was compromised by then");
        _people.WriteTrust(PeopleGate.TrustText);

        var approval = Directory.EnumerateFiles(Path.Combine(_people.Dossier, "approvals")).First();
        var bytes = File.ReadAllBytes(approval);
        File.Delete(approval);
        Ends(3, Audit("--dossiers", _people.Gate.Temp.Path), "is no signature of somebody");
        File.WriteAllBytes(approval, bytes);

        Executable.Must("ledger", "append", "--ledger", _people.Gate.Ledger, "--ledger-key", _people.Gate.LedgerKey, "--type", "release", "--subject", _people.Trust);
        Ends(3, Audit(), "no gate writes");
    }

    [Fact]
    public void A_second_release_of_the_same_name_has_the_next_number_and_status_knows_which_is_current()
    {
        var first = Path.Combine(_people.Dossier, "release");
        Ends(0, Status(first), "current");
        var kept = _people.Gate.Temp.Copy(first, "kept");
        _people.WriteTrust(PeopleGate.TrustText + "\n");
        Assert.Equal(2, _people.Run().ExitCode);
        Assert.Equal(0, _people.Approve("reviewer", "reviewer").ExitCode);
        Assert.Equal(0, _people.Approve("risk", "risk-owner").ExitCode);
        Assert.Equal(0, _people.Run().ExitCode);
        Ends(0, Status(first), "release 2 of routing-good");
        Ends(1, Status(kept), "superseded");
        Ends(0, Audit(), "2 releases");
    }

    public void Dispose() => _people.Dispose();

    private ShellResult Audit(params string[] more) =>
        Executable.Run(["ledger", "audit", "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust, .. more]);

    private ShellResult Status(string release) =>
        Executable.Run("status", release, "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust);

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
