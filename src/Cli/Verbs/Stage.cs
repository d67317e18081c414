using Loragate.Artifacts.Folders;

namespace Loragate.Cli.Verbs;

/// <summary>A folder that is finished beside its place before something is logged about it, and put there afterwards.</summary>
internal sealed class Stage : IDisposable
{
    private readonly DirectoryInfo _parent;
    private readonly string _target;

    private Stage(DirectoryInfo parent, string target) => (_parent, _target) = (parent, target);

    /// <summary>Where to make it.</summary>
    public string Folder => Path.Combine(_parent.FullName, Path.GetFileName(_target));

    /// <summary>Makes the place for it; what a killed run left there is cleared.</summary>
    /// <exception cref="FolderException">Something stands at the target already.</exception>
    public static Stage Beside(string target)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        if (Path.Exists(full))
            throw new FolderException(full, "the output already exists", "Name a new folder or remove this one.");
        if (Directory.Exists($"{full}.staged"))
            Directory.Delete($"{full}.staged", recursive: true);
        return new Stage(Directory.CreateDirectory($"{full}.staged"), full);
    }

    /// <summary>Puts it in its place.</summary>
    public void Publish()
    {
        Directory.Move(Folder, _target);
        PosixFile.SyncFolder(Path.GetDirectoryName(_target)!);
    }

    public void Dispose() => _parent.Delete(recursive: true);
}
