namespace Loragate.Artifacts.Folders;

/// <summary>
/// A folder that appears whole or not at all: built under "NAME.partial" beside its place, forced to disk, renamed by
/// <see cref="Commit"/>. Disposed without a commit it leaves nothing behind, unless it is kept; what a killed run left is cleared by the next, or gone
/// on with. One process at a time builds an output, and nothing of another's is touched.
/// </summary>
public sealed class OutputFolder : IDisposable
{
    private readonly string _target;
    private readonly OutputLock? _lock;
    private bool _stays;

    private OutputFolder(string target, string path, OutputLock? held) => (_target, Path, _lock) = (target, path, held);

    /// <summary>Where to write until the commit.</summary>
    public string Path { get; }

    /// <summary>Starts an output folder.</summary>
    /// <exception cref="FolderException">Something already stands at <paramref name="target"/>, another process builds it, or the partial folder is kept by other work.</exception>
    public static OutputFolder Create(string target) => Start(target, mayGoOn: _ => false);

    /// <summary>
    /// Goes on with what an interrupted run left in the output's place; starts a folder where nothing was left. What it holds is as anybody may have
    /// left it, plain files apart: a left-over with links in it is cleared.
    /// </summary>
    /// <exception cref="FolderException">Something already stands at <paramref name="target"/>, another process builds it, or the partial folder is kept by other work.</exception>
    public static OutputFolder Resume(string target) => Start(target, HoldsPlainFiles);

    /// <summary>Starts an output folder that is built within the partial folder of an output that its caller has claimed and keeps; what stands there is cleared.</summary>
    /// <param name="claim">The output.</param>
    /// <param name="name">The sub-folder of <see cref="OutputLock.Partial"/> to build it in.</param>
    /// <exception cref="FolderException">Something came to stand at the output since.</exception>
    public static OutputFolder CreateWithin(OutputLock claim, string name)
    {
        ArgumentNullException.ThrowIfNull(claim);
        CheckFree(claim.Output);
        var output = new OutputFolder(claim.Output, System.IO.Path.Combine(claim.Partial, name), held: null);
        Clear(output.Path);
        Directory.CreateDirectory(output.Path);
        return output;
    }

    /// <summary>Takes the place of an output for this process alone, until it is disposed.</summary>
    /// <exception cref="FolderException">Something already stands at <paramref name="target"/>, or another process builds it.</exception>
    public static OutputLock Claim(string target)
    {
        var full = PlaceOf(target);
        CheckFree(full);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        var held = OutputLock.Take(full);
        try
        {
            // Again: whoever had the lock until now may have put its output there.
            CheckFree(full);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Takes, for this process alone, the place of an output that stands already, to clear what was left beside it.</summary>
    /// <exception cref="FolderException">Another process is at work there.</exception>
    public static OutputLock ClaimStanding(string target) => OutputLock.Take(PlaceOf(target));

    /// <summary>Refuses a place where no output can appear, as <see cref="Create"/> and <see cref="Resume"/> do, and makes nothing.</summary>
    /// <exception cref="FolderException">Something already stands at <paramref name="target"/>.</exception>
    public static void CheckFree(string target)
    {
        var full = PlaceOf(target);
        if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any() || File.Exists(full))
            throw new FolderException(full, "the output already exists", "Name a new folder or remove this one.");
    }

    /// <summary>Leaves the unfinished folder for a run that resumes it.</summary>
    public void Keep() => _stays = true;

    /// <summary>Copies a file in, byte for byte.</summary>
    /// <exception cref="ArgumentException">The name leads out of the folder.</exception>
    public void CopyIn(string source, string name)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        SizeLimit.Copy(source, path);
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
        _stays = true;
        _lock?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_stays)
            Clear(Path);
        _lock?.Dispose();
    }

    private static OutputFolder Start(string target, Func<string, bool> mayGoOn)
    {
        var held = Claim(target);
        try
        {
            if (held.Keeper is { } keeper)
                throw new FolderException(held.Partial, $"holds what an interrupted {keeper} has come to", "Let it end, remove the folder if it is not wanted any more, or name another output.");
            var output = new OutputFolder(held.Output, held.Partial, held);
            if (!mayGoOn(output.Path))
                Clear(output.Path);
            Directory.CreateDirectory(output.Path);
            return output;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static string PlaceOf(string target) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(target));

    private static void Clear(string partial)
    {
        if (Directory.Exists(partial))
            Directory.Delete(partial, recursive: true);
    }

    private static bool HoldsPlainFiles(string partial)
    {
        try
        {
            return new DirectoryInfo(partial).LinkTarget is null && FolderManifest.List(partial).Count > 0;
        }
        catch (FolderException)
        {
            return false;
        }
    }

    private string PathOf(string name)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, name));
        return path.StartsWith(Path + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new ArgumentException($"'{name}' leads out of the output folder.", nameof(name));
    }
}
