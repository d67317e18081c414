using Loragate.Artifacts.Folders;

namespace Loragate.Cli.Verbs;

/// <summary>A folder that is finished beside its place before something is logged about it, and put there afterwards. One process at a time does so for a place.</summary>
internal sealed class Stage : IDisposable
{
    private readonly DirectoryInfo _parent;
    private readonly OutputLock _claim;

    private Stage(DirectoryInfo parent, OutputLock claim) => (_parent, _claim) = (parent, claim);

    /// <summary>Where to make it.</summary>
    public string Folder => Path.Combine(_parent.FullName, Path.GetFileName(_claim.Output));

    /// <summary>Makes the place for it; what a killed run left there is cleared.</summary>
    /// <exception cref="FolderException">Something stands at the target already, or another process is about to put something there.</exception>
    public static Stage Beside(string target)
    {
        var claim = OutputFolder.Claim(target);
        try
        {
            var full = claim.Output;
            if (Path.Exists(full))
                throw new FolderException(full, "the output already exists", "Name a new folder or remove this one.");
            if (Directory.Exists($"{full}.staged"))
                Directory.Delete($"{full}.staged", recursive: true);
            return new Stage(Directory.CreateDirectory($"{full}.staged"), claim);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>Puts it in its place.</summary>
    public void Publish()
    {
        Directory.Move(Folder, _claim.Output);
        PosixFile.SyncFolder(Path.GetDirectoryName(_claim.Output)!);
    }

    public void Dispose()
    {
        _parent.Delete(recursive: true);
        _claim.Dispose();
    }
}
