using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Testing;

namespace Loragate.Governance.Ledger.Git;

/// <summary>A ledger in a bare repository, with as many clones as a test asks for.</summary>
internal sealed class ClonedLedger : IDisposable
{
    private readonly TestLedger _first = new();

    public ClonedLedger()
    {
        Assert.SkipUnless(Shell.Has("git"), "git is not installed.");
        Git(Temp.Path, "init", "--quiet", "--bare", "--initial-branch=main", Bare);
        Git(Temp.Path, "clone", "--quiet", Bare, Temp.PathTo("seed"));
        Git(Temp.PathTo("seed"), "checkout", "--quiet", "-B", "main");
        Directory.CreateDirectory(Temp.PathTo("seed", "ledger"));
        File.Copy(Path.Combine(_first.Ledger.Path, "checkpoint"), Temp.PathTo("seed", "ledger", "checkpoint"));
        File.WriteAllText(Temp.PathTo("seed", "README"), "The ledger lies here.\n");
        Commit(Temp.PathTo("seed"), "Start");
        Git(Temp.PathTo("seed"), "push", "--quiet", "-u", "origin", "main");
    }

    public TempFolder Temp => _first.Temp;

    public LedgerKey Key => _first.Key;

    public LedgerVerifier Log => _first.Log;

    public string Bare => Temp.PathTo("bare.git");

    public static ShellResult Git(string folder, params string[] arguments)
    {
        var result = Shell.Run("git", folder, ["-c", "user.name=test", "-c", "user.email=test@loragate.invalid", .. arguments]);
        Assert.True(result.ExitCode == 0, $"git {string.Join(' ', arguments)}: {result.Error}");
        return result;
    }

    public static void Commit(string repository, string message)
    {
        Git(repository, "add", "--all");
        Git(repository, "commit", "--quiet", "-m", message);
    }

    /// <summary>A fresh clone, as an ephemeral runner has it.</summary>
    public LedgerFolder Clone(string name, params string[] options)
    {
        Git(Temp.Path, ["clone", "--quiet", .. options, new Uri(Bare).AbsoluteUri, Temp.PathTo(name)]);
        return LedgerFolder.Open(Temp.PathTo(name, "ledger"));
    }

    public LedgerWriter Writer(LedgerFolder ledger) => new(ledger, Key, LedgerClone.Open(ledger, TestContext.Current.CancellationToken));

    public AppendedEntries Append(LedgerFolder ledger, params int[] numbers) =>
        Writer(ledger).Append(_ => [.. numbers.Select(number => TestLedger.Entry(number))], TestContext.Current.CancellationToken);

    /// <summary>What anybody reads who clones the repository now.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Published()
    {
        var ledger = Clone($"reader-{Guid.NewGuid():n}");
        var result = ledger.Verify(Log, [], TestContext.Current.CancellationToken);
        Assert.True(result.IsValid, result.Fault?.ToString());
        Assert.Empty(result.Warnings);
        return ledger.ReadEntries(Log, TestContext.Current.CancellationToken);
    }

    /// <summary>The checkpoint of every commit that was pushed, in their order.</summary>
    public IReadOnlyList<SeenCheckpoint> PublishedCheckpoints() =>
        [.. Git(Bare, "rev-list", "--reverse", "main").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(commit => Seen(Git(Bare, "show", $"{commit}:ledger/checkpoint").Output))];

    private SeenCheckpoint Seen(string note) => SeenCheckpoint.Read(Temp.Write("pushed", System.Text.Encoding.UTF8.GetBytes(note)), Log);

    public void Dispose() => _first.Dispose();
}
