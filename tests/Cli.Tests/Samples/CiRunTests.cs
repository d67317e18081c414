using System.Text;
using Loragate.Cli.Verbs;
using Loragate.Testing;

namespace Loragate.Cli.Samples;

/// <summary>samples/ci/gate.sh and publish.sh as a CI runs them: jobs with clones of their own, one ledger in git, people who sign in between.</summary>
public sealed class CiRunTests : IDisposable
{
    private readonly PeopleGate _people;
    private readonly string _program;

    public CiRunTests(FinishedDemo demo)
    {
        Assert.SkipUnless(Shell.Has("git"), "git is not installed.");
        _people = new PeopleGate(demo);
        _program = Temp.Write("loragate", Encoding.UTF8.GetBytes($"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "loragate.dll")}' \"$@\"\n"));
        File.SetUnixFileMode(_program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var ledger = _people.Gate.Ledger;
        Git(Temp.Path, "init", "--quiet", "--bare", "--initial-branch=main", "ledger.git");
        Git(ledger, "init", "--quiet", "--initial-branch=main");
        Git(ledger, "add", "checkpoint");
        Git(ledger, "commit", "--quiet", "-m", "Start");
        Git(ledger, "remote", "add", "origin", Temp.PathTo("ledger.git"));
        Git(ledger, "push", "--quiet", "-u", "origin", "main");
    }

    private TempFolder Temp => _people.Gate.Temp;

    [Fact]
    public void A_job_waits_for_people_and_a_later_job_takes_up_what_they_signed_and_publishes()
    {
        Ends(2, Job("first", "gate.sh", "routing-good"));
        var left = Files.Of(Temp.PathTo("first", "out", "ci"));
        Assert.Equal(["routing-good.md", "routing-good.pdf", "routing-good.sarif", "routing-good.xml"], left);
        foreach (var (person, role) in new[] { ("reviewer", "reviewer"), ("risk", "risk-owner") })
            Executable.Must("approve", "--dossier", Temp.PathTo("first", "out", "dossiers", "routing-good"), "--key", _people.KeyOf(person), "--role", role, "--trust", _people.Trust);
        Temp.Copy(Temp.PathTo("first", "out", "dossiers", "routing-good", "approvals"), "signed/routing-good/approvals");

        Ends(0, Job("second", "gate.sh", "routing-good"));
        Ends(0, Job("second", "publish.sh", "routing-good", Temp.PathTo("layout")));
        Assert.True(File.Exists(Temp.PathTo("layout", "oci-layout")));
        Git(Temp.Path, "clone", "--quiet", "ledger.git", "auditor");
        Executable.Must("ledger", "audit", "--ledger", Temp.PathTo("auditor"), "--vkey", _people.Gate.VKey, "--trust", _people.Trust);
    }

    [Fact]
    public void Of_several_adapters_a_rejected_one_decides_and_nothing_of_it_is_published()
    {
        Ends(1, Job("job", "gate.sh", "routing-noop", "routing-good"));
        Assert.StartsWith("## Rejected", File.ReadAllText(Temp.PathTo("job", "out", "ci", "routing-noop.md")), StringComparison.Ordinal);
        Assert.StartsWith("## Undecided", File.ReadAllText(Temp.PathTo("job", "out", "ci", "routing-good.md")), StringComparison.Ordinal);
        Assert.NotEqual(0, Job("job", "publish.sh", "routing-noop", Temp.PathTo("layout")).ExitCode);
        Assert.False(Directory.Exists(Temp.PathTo("layout")));
    }

    public void Dispose() => _people.Dispose();

    /// <summary>A job in a folder of its own, with a fresh clone of the ledger; only scores are kept between jobs.</summary>
    private ShellResult Job(string name, string script, params string[] arguments)
    {
        if (!Directory.Exists(Temp.PathTo(name)))
            Git(Temp.Path, "clone", "--quiet", "ledger.git", Path.Combine(name, "ledger"));
        var (job, gate) = (Temp.PathTo(name), _people.Gate);
        (string Name, string Value)[] variables =
        [
            ("LORAGATE", _program), ("BASE", Executable.Base), ("DATA", Executable.Samples), ("ADAPTERS", Path.Combine(Executable.Samples, "adapters")), ("POLICY", _people.Policy), ("TRUST", _people.Trust),
            ("AUTHOR", "trainer-1"), ("SIGNED", Temp.PathTo("signed")), ("GATE_KEY", gate.Key), ("LEDGER", Path.Combine(job, "ledger")), ("LEDGER_KEY", gate.LedgerKey), ("VKEY", gate.VKey),
            ("SCORES", Temp.PathTo("scores")), ("OUT", Path.Combine(job, "out")),
        ];
        return Shell.Run("env", job, [.. variables.Select(variable => $"{variable.Name}={variable.Value}"), "sh", Repository.PathTo("samples", "ci", script), .. arguments]);
    }

    private static void Ends(int code, ShellResult result) => Assert.True(result.ExitCode == code, $"{result.ExitCode}: {result.Error}");

    private static void Git(string folder, params string[] arguments) =>
        Assert.Equal(0, Shell.Run("git", folder, ["-c", "user.name=test", "-c", "user.email=test@loragate.invalid", .. arguments]).ExitCode);
}
