namespace Loragate.Artifacts.Folders;

/// <summary>
/// A folder that appears whole or not at all: built under "NAME.partial" beside its place, forced to disk, renamed by
/// <see cref="Commit"/>. Disposed without a commit it leaves nothing behind; what a killed run left is cleared by the next.
/// </summary>
public sealed class OutputFolder : IDisposable
{
    private readonly string _target;
    private bool _committed;

    private OutputFolder(string target, string path) => (_target, Path) = (target, path);

    /// <summary>Where to write until the commit.</summary>
    public string Path { get; }

    /// <summary>Starts an output folder.</summary>
    /// <exception cref="FolderException">Something already stands at <paramref name="target"/>.</exception>
    public static OutputFolder Create(string target)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(target));
        if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any() || File.Exists(full))
            throw new FolderException(full, "the output already exists", "Name a new folder or remove this one.");
        var partial = full + AtomicFile.PartialSuffix;
        if (Directory.Exists(partial))
            Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(partial);
        return new OutputFolder(full, partial);
    }

    /// <summary>Copies a file in, byte for byte.</summary>
    /// <exception cref="ArgumentException">The name leads out of the folder.</exception>
    public void CopyIn(string source, string name)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.Copy(source, path);
    }

    /// <summary>Writes a small file.</summary>
    /// <exception cref="ArgumentException">The name leads out of the folder.</exception>
    public void Write(string name, ReadOnlySpan<byte> content) => AtomicFile.Write(PathOf(name), content);

    /// <summary>Publishes the folder under its name.</summary>
    public void Commit()
    {
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
            PosixFile.SyncFile(file);
        foreach (var folder in Directory.EnumerateDirectories(Path, "*", SearchOption.AllDirectories))
            PosixFile.SyncFolder(folder);
        PosixFile.SyncFolder(Path);
        if (Directory.Exists(_target))
            Directory.Delete(_target);
        Directory.Move(Path, _target);
        PosixFile.SyncFolder(System.IO.Path.GetDirectoryName(_target)!);
        _committed = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_committed && Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    private string PathOf(string name)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, name));
        return path.StartsWith(Path + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException($"'{name}' leads out of the output folder.", nameof(name));
    }
}
