using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>A changed, added or deleted byte anywhere is refused with exit code 3 and named.</summary>
public abstract class TamperTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly int _seed;

    protected TamperTests(string original, int seed)
    {
        Folder = _temp.Copy(original, "copy");
        _seed = seed;
    }

    protected string Folder { get; }

    public void Dispose()
    {
        _temp.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract ShellResult Verify();

    protected void EveryChangedFileIsNamed()
    {
        var random = new Random(_seed);
        var survived = new List<string>();
        foreach (var file in Files.Of(Folder).Where(file => new FileInfo(Path.Combine(Folder, file)).Length > 0))
        {
            var path = Path.Combine(Folder, file);
            var before = Files.FlipBit(path, random);
            Note(survived, file);
            File.WriteAllBytes(path, before);
        }
        AssertAllNoticed(survived);
    }

    protected void EveryDeletedFileIsNamed(Func<string, bool> isNeeded)
    {
        var survived = new List<string>();
        foreach (var file in Files.Of(Folder).Where(isNeeded))
        {
            var path = Path.Combine(Folder, file);
            File.Move(path, _temp.PathTo("taken"));
            Note(survived, file);
            File.Move(_temp.PathTo("taken"), path);
        }
        AssertAllNoticed(survived);
    }

    /// <summary>One file in every folder at once: each has to be named.</summary>
    protected void EveryAddedFileIsNamed()
    {
        var added = Directory.EnumerateDirectories(Folder, "*", SearchOption.AllDirectories).Append(Folder).Select((folder, i) => Path.Combine(folder, FormattableString.Invariant($"added-{i}.txt"))).ToList();
        foreach (var path in added)
            File.WriteAllText(path, "planted");
        AssertNames(Verify(), added);
        foreach (var path in added)
            File.Delete(path);
        Assert.Equal(0, Verify().ExitCode);
    }

    /// <summary>All of them at once: each has to be named.</summary>
    protected void AllDeletedFilesAreNamed(Func<string, bool> isTaken)
    {
        var taken = Files.Of(Folder).Where(isTaken).Select(file => Path.Combine(Folder, file)).ToList();
        foreach (var path in taken)
            File.Delete(path);
        AssertNames(Verify(), taken);
    }

    protected void ALinkIsNamed()
    {
        File.CreateSymbolicLink(Path.Combine(Folder, "link.json"), "/etc/passwd");
        var result = Verify();
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("link.json", result.Error, StringComparison.Ordinal);
    }

    private static void AssertNames(ShellResult result, IReadOnlyList<string> paths)
    {
        Assert.Equal(3, result.ExitCode);
        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.Contains(Path.GetFileName(path), result.Error, StringComparison.Ordinal));
    }

    private void Note(List<string> survived, string file)
    {
        var result = Verify();
        if (result.ExitCode != 3 || !result.Error.Contains(Path.GetFileName(file), StringComparison.Ordinal))
            survived.Add($"{file} → {result.ExitCode}: {result.Error}");
    }

    private void AssertAllNoticed(List<string> survived)
    {
        Assert.True(survived.Count == 0, string.Join(Environment.NewLine, survived));
        Assert.Equal(0, Verify().ExitCode);
    }
}
