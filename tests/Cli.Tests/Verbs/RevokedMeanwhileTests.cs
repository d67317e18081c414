using Loragate.Artifacts.Records.Deciding;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

/// <summary>Somebody on another machine revokes the adapter, or refuses it, while a gate works: between one push of the gate's and its next.</summary>
public sealed class RevokedMeanwhileTests : IDisposable
{
    private const string Approvals = "1";
    private const string DecisionOfPeople = "2";
    private const string Plan = "1";
    private const string DecisionOfNobody = "2";

    private readonly PeopleGate _people;

    public RevokedMeanwhileTests(FinishedDemo demo)
    {
        Assert.SkipUnless(Shell.Has("git") && !OperatingSystem.IsWindows(), "git and a shell for its hooks are needed.");
        _people = demo.CopyReleased();
        _people.Gate.Temp.Copy(Path.Combine(_people.Dossier, "release"), "first");
        var (folder, ledger) = (_people.Gate.Temp.Path, _people.Gate.Ledger);
        Git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "bare.git");
        Git(ledger, "init", "--quiet", "--initial-branch=main");
        Git(ledger, "add", "checkpoint", "tile");
        Git(ledger, "commit", "--quiet", "-m", "Start");
        Git(ledger, "remote", "add", "origin", _people.Gate.Temp.PathTo("bare.git"));
        Git(ledger, "push", "--quiet", "-u", "origin", "main");
        Git(folder, "clone", "--quiet", "bare.git", "other");
        WriteHook($"revoke '{_people.Gate.Temp.PathTo("first")}' --reason 'Leaks addresses.' --key '{_people.KeyOf("risk")}' --ledger '{Other}' --ledger-key '{_people.Gate.LedgerKey}' --trust '{_people.Trust}'");
    }

    private string Other => _people.Gate.Temp.PathTo("other");

    private string Release => Path.Combine(_people.Dossier, "release");

    private string Countdown => _people.Gate.Temp.PathTo("countdown");

    [Theory]
    [InlineData(Approvals, "decision")]
    [InlineData(DecisionOfPeople, "release")]
    public void What_people_approved_is_not_released_and_they_are_asked_anew(string push, string refused)
    {
        _people.WriteTrust(PeopleGate.TrustText + "\n");
        Ends(2, Run(), "Still to approve");
        ApproveBoth();
        File.WriteAllText(Countdown, push);
        Ends(4, Run(), $"somebody revoked a release with exactly this adapter while the gate worked (risk-1: Leaks addresses.), so no {refused} was logged. Run the gate again");
        Assert.False(File.Exists(Countdown));
        Assert.False(Directory.Exists(Release));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_people.Dossier, "release*"));
        // The decision that was not logged is a new one: no proof of the earlier one stays beside it.
        Assert.Equal(refused == "release", File.Exists(Path.Combine(_people.Dossier, "decision.tlog-proof")));

        Ends(2, Run(), "Still to approve: 1 in the role reviewer, 1 in the role risk-owner");
        Ends(2, Run(), "Still to approve: 1 in the role reviewer, 1 in the role risk-owner");
        Assert.Equal("risk-1", Record.ReadFile<Decision>(Path.Combine(_people.Dossier, "decision.json")).Revocation!.Signer);
        ApproveBoth();
        Ends(0, Run(), "Approved");
        Ends(0, Executable.Run("ledger", "audit", "--ledger", _people.Gate.Ledger, "--vkey", _people.Gate.VKey, "--trust", _people.Trust, "--dossiers", _people.Gate.Temp.Path), "2 releases");
    }

    [Theory]
    [InlineData(Plan, 1, "Rejected")]
    [InlineData(DecisionOfNobody, 4, "so no release was logged")]
    public void Where_the_policy_asks_nobody_nothing_is_released(string push, int code, string says)
    {
        var policy = File.ReadAllText(_people.Policy);
        File.WriteAllText(_people.Policy, policy[..policy.IndexOf("  - id: people-agree", StringComparison.Ordinal)]);
        _people.Dossier = _people.Gate.Temp.PathTo("unasked");
        File.WriteAllText(Countdown, push);
        Ends(code, Run(), says);
        Assert.False(File.Exists(Countdown));
        Assert.False(Directory.Exists(Release));
        Ends(1, Run(), "Rejected");
        Assert.False(Directory.Exists(Release));
    }

    [Theory]
    [InlineData(Approvals)]
    [InlineData(DecisionOfPeople)]
    public void What_somebody_refuses_elsewhere_is_not_released(string push)
    {
        _people.WriteTrust(PeopleGate.TrustText + "\n");
        Ends(2, Run(), "Still to approve");
        var (here, elsewhere) = (_people.Dossier, _people.Gate.Temp.PathTo("elsewhere"));
        _people.Gate.Temp.Copy(here, "elsewhere");
        _people.Dossier = elsewhere;
        Ends(0, _people.Approve("risk", "reviewer", "--refuse"), "refused");
        _people.Dossier = here;
        ApproveBoth();
        WriteHook(string.Join(' ', _people.Arguments().Where(word => word != "--ledger-push").Select(word => $"'{(word == here ? elsewhere : word == _people.Gate.Ledger ? Other : word)}'")));
        File.WriteAllText(Countdown, push);
        Ends(3, Run(), "is a refusal of exactly what is judged here");
        Assert.False(File.Exists(Countdown));
        Assert.False(Directory.Exists(Release));
        Ends(3, Run(), "is a refusal of exactly what is judged here");
        Assert.False(Directory.Exists(Release));
    }

    public void Dispose() => _people.Dispose();

    /// <summary>After as many pushes as the countdown says, the remote's hook runs a command, which pushes through another clone before the pusher goes on.</summary>
    private void WriteHook(string command)
    {
        var temp = _people.Gate.Temp;
        var hook = temp.PathTo("bare.git", "hooks", "post-receive");
        File.WriteAllText(hook, $"""
            #!/bin/sh
            [ -e '{Countdown}' ] || exit 0
            left=$(($(cat '{Countdown}') - 1))
            if [ "$left" -gt 0 ]; then echo "$left" > '{Countdown}'; exit 0; fi
            rm '{Countdown}'
            exec dotnet '{Path.Combine(AppContext.BaseDirectory, "loragate.dll")}' {command} --ledger-push

            """);
        File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private ShellResult Run() => _people.Run("--ledger-push");

    private void ApproveBoth()
    {
        Ends(0, _people.Approve("reviewer", "reviewer"), "It counts once the gate runs again");
        Ends(0, _people.Approve("risk", "risk-owner"), "It counts once the gate runs again");
    }

    private static void Git(string folder, params string[] arguments) => Assert.Equal(0, Shell.Run("git", folder, ["-c", "user.name=test", "-c", "user.email=test@loragate.invalid", .. arguments]).ExitCode);

    private static void Ends(int code, ShellResult result, string says)
    {
        Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }
}
