using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>A changed, added or deleted byte anywhere is refused with exit code 3 and named.</summary>
public abstract class TamperTests : IDisposable
{
    private const string Added = "added.txt";

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

    protected void EveryAddedFileIsNamed()
    {
        var survived = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories(Folder, "*", SearchOption.AllDirectories).Append(Folder).ToList())
        {
            var path = Path.Combine(folder, Added);
            File.WriteAllText(path, "planted");
            Note(survived, Path.GetRelativePath(Folder, path));
            File.Delete(path);
        }
        AssertAllNoticed(survived);
    }

    protected void ALinkIsNamed()
    {
        File.CreateSymbolicLink(Path.Combine(Folder, "link.json"), "/etc/passwd");
        var result = Verify();
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("link.json", result.Error, StringComparison.Ordinal);
    }

    private void Note(List<string> survived, string file)
    {
        var result = Verify();
        if (result.ExitCode != 3 || !result.Error.Replace("\n", "", StringComparison.Ordinal).Contains(Path.GetFileName(file), StringComparison.Ordinal))
            survived.Add($"{file} → {result.ExitCode}: {result.Error}");
    }

    private void AssertAllNoticed(List<string> survived)
    {
        Assert.True(survived.Count == 0, string.Join(Environment.NewLine, survived));
        Assert.Equal(0, Verify().ExitCode);
    }
}
