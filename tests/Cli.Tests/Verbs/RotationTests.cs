using System.Globalization;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed class RotationTests(FinishedDemo demo) : IDisposable
{
    private readonly PeopleGate _people = demo.CopyReleased();

    [Fact]
    public void A_key_that_was_rotated_out_signs_no_more_and_what_it_signed_before_stands()
    {
        Rotate("gate", "reviewer");
        var first = Path.Combine(_people.Dossier, "release");
        Ends(0, Status(first), "current: release 1");
        Ends(0, Audit(), "1 releases");

        // Whoever is handed it later judges the key by the time at which the ledger logged it.
        string[] trusted = ["--trust", _people.Trust, "--vkey", _people.Gate.VKey];
        Ends(0, Executable.Run(["verify", first, .. trusted]), "Verified");
        Ends(3, Executable.Run(["verify", first, "--trust", _people.Trust]), "outside its window");
        Ends(0, Executable.Run(["publish", first, "--to", _people.Gate.Temp.PathTo("layout"), .. trusted]), "Published");
        Ends(0, Executable.Run(["pull", _people.Gate.Temp.PathTo("layout"), "--output", _people.Gate.Temp.PathTo("pulled"), .. trusted]), "Pulled");

        // The gate: the old key begins nothing, the new one releases, in a dossier of its own.
        _people.Dossier = _people.Gate.Temp.PathTo("second");
        Ends(64, _people.Run(), "outside its window");
        Assert.False(Directory.Exists(_people.Dossier));
        _people.GateKey = _people.KeyOf("gate-new");
        Ends(2, _people.Run(), "Still to approve: 1 in the role reviewer, 1 in the role risk-owner");

        // A person likewise.
        Ends(64, _people.Approve("reviewer", "reviewer"), "outside its window");
        Ends(0, _people.Approve("reviewer-new", "reviewer"), "It counts once the gate runs again");
        Ends(0, _people.Approve("risk", "risk-owner"), "");
        Ends(0, _people.Run(), "Approved");
        Executable.Must("verify", Path.Combine(_people.Dossier, "release"), "--trust", _people.Trust, "--vkey", _people.Gate.VKey);
        Ends(0, Status(_people.Dossier), "current: release 2");
        Ends(1, Status(first), "superseded: release 1");
        Ends(0, Audit(), "2 releases");
    }

    [Fact]
    public void A_dossier_whose_gates_key_was_rotated_out_since_is_judged_when_the_ledger_logged_its_decision()
    {
        Rotate("gate");
        string[] vkey = ["--vkey", _people.Gate.VKey];
        Ends(3, Executable.Run("verify", _people.Dossier, "--trust", _people.Trust), "outside its window");
        var verified = Executable.Run(["verify", _people.Dossier, "--trust", _people.Trust, .. vkey]);
        Ends(0, verified, "Verified");
        Ends(0, verified, "Not proved: that the seal is as old as the decision");
        Ends(3, Executable.Run(["verify", _people.Dossier, "--trust", _people.Trust, "--at", "2999-01-01", .. vkey]), "outside its window");
    }

    [Fact]
    public void People_sign_about_what_a_gate_judged_while_its_key_counted_although_it_has_run_out_since()
    {
        // A window in which the gate just finds the time to judge.
        var until = DateTimeOffset.UtcNow;
        foreach (var seconds in new[] { 8, 30, 120 })
        {
            until = DateTimeOffset.UtcNow.AddSeconds(seconds);
            _people.WriteTrust(PeopleGate.TrustText.Replace("file: gate.pem.pub", string.Create(CultureInfo.InvariantCulture, $"file: gate.pem.pub, until: {until:yyyy-MM-dd'T'HH:mm:ss'Z'}"), StringComparison.Ordinal));
            if (_people.Run().ExitCode == 2 && DateTimeOffset.UtcNow < until.AddSeconds(-1))
                break;
        }
        Thread.Sleep(until - DateTimeOffset.UtcNow);
        Ends(3, _people.Approve("risk", "reviewer"), "Nothing was signed: the key that sealed the dossier does not count today. Where it did when the ledger logged the decision, give the ledger's key with --vkey FILE.");
        Ends(0, _people.Approve("risk", "reviewer", "--vkey", _people.Gate.VKey), "approved in the role reviewer");
        File.AppendAllText(Path.Combine(_people.Dossier, "report.pdf"), "x");
        Ends(3, _people.Approve("risk", "risk-owner", "--vkey", _people.Gate.VKey), "the dossier is not the one that the gate sealed");
    }

    [Fact]
    public void A_time_stamp_in_a_releases_seal_takes_nothing_from_the_time_that_the_ledger_proves()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var authority = new Authority();
        var temp = _people.Gate.Temp;
        temp.Write("tsa.pem", System.Text.Encoding.ASCII.GetBytes(authority.RootsPem));
        Rotate("gate");
        var (release, seal) = (Path.Combine(_people.Dossier, "release"), Path.Combine(_people.Dossier, "release", "attestations", "release.sigstore.json"));
        string[] verify = ["verify", release, "--trust", _people.Trust, "--tsa-roots", temp.PathTo("tsa.pem")];
        Executable.Must("stamp", seal, "--output", temp.PathTo("request.tsq"));
        File.WriteAllBytes(temp.PathTo("response.tsr"), authority.Reply(File.ReadAllBytes(temp.PathTo("request.tsq"))));
        Executable.Must("stamp", seal, "--timestamp", temp.PathTo("response.tsr"));
        Ends(3, Executable.Run(verify), "outside its window");
        Ends(0, Executable.Run([.. verify, "--vkey", _people.Gate.VKey]), "Verified");
    }

    public void Dispose() => _people.Dispose();

    /// <summary>Ends the windows of keys now, and names a new key beside each.</summary>
    private void Rotate(params string[] names)
    {
        var until = DateTimeOffset.UtcNow.AddSeconds(1);
        var trust = PeopleGate.TrustText;
        foreach (var name in names)
        {
            File.WriteAllText(_people.KeyOf(name + "-new") + ".pub", KeyFile.New(_people.KeyOf(name + "-new"), KeyType.P256));
            trust = trust.Replace($"{{file: {name}.pem.pub}}", string.Create(CultureInfo.InvariantCulture, $"{{file: {name}.pem.pub, until: {until:yyyy-MM-dd'T'HH:mm:ss'Z'}}}, {{file: {name}-new.pem.pub}}"), StringComparison.Ordinal);
        }
        _people.WriteTrust(trust);
        Thread.Sleep(TimeSpan.FromSeconds(1));
    }

    private ShellResult Status(string release) => Executable.Run("status", release, "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust);

    private ShellResult Audit() => Executable.Run("ledger", "audit", "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust);

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
