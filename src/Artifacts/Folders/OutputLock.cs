using System.Text;

namespace Loragate.Artifacts.Folders;

/// <summary>
/// One process at a time builds an output: an exclusively opened file beside it, freed by the system when its holder dies. It is held until the output
/// stands in its place, or what was begun is cleared, and then removed.
/// </summary>
public sealed class OutputLock : IDisposable
{
    /// <summary>The file in a partial folder that names the work which keeps it until the output is there.</summary>
    public const string KeeperName = "kept-by";

    private const int MaxKeeperBytes = 100;
    private const string Suffix = ".lock" + AtomicFile.PartialSuffix;

    private readonly string _path;
    private readonly FileStream _held;

    private OutputLock(string target, FileStream held) => (Output, _path, _held) = (target, target + Suffix, held);

    /// <summary>The output's full path.</summary>
    public string Output { get; }

    /// <summary>"NAME.partial" beside it, where it is built.</summary>
    public string Partial => Output + AtomicFile.PartialSuffix;

    /// <summary>The work that keeps the partial folder; null where none does.</summary>
    internal string? Keeper => Path.Combine(Partial, KeeperName) is var path && File.Exists(path) ? Encoding.UTF8.GetString(PlainFile.Read(path, MaxKeeperBytes)).Trim() : null;

    /// <summary>Makes the partial folder, and keeps it for some work: no other clears it, however this one ends.</summary>
    /// <param name="work">The work, as in "an interrupted …".</param>
    public void Keep(string work)
    {
        Directory.CreateDirectory(Partial);
        File.WriteAllText(Path.Combine(Partial, KeeperName), work);
    }

    /// <summary>Takes the lock of an output.</summary>
    /// <exception cref="FolderException">Another process has it, or a link stands in its place.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    internal static OutputLock Take(string target)
    {
        var path = target + Suffix;
        while (true)
        {
            if (new FileInfo(path).LinkTarget is { } link)
                throw new FolderException(path, $"a symbolic link to '{link}'", "Remove the link.");
            var held = Open(path, target);
            // Whoever had the lock may have removed the file after it was opened here: then the lock is on a file that nobody else will find.
            if (PosixFile.IsAt(held.SafeFileHandle, path))
                return new OutputLock(target, held);
            held.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_held.CanWrite)
            return;
        File.Delete(_path);
        _held.Dispose();
    }

    private static FileStream Open(string path, string target)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None, 1);
        }
        catch (IOException e) when (IsHeldElsewhere(e))
        {
            throw new FolderException(target, "another process writes this output", "Wait for it, or name another output.");
        }
    }

    /// <summary>EWOULDBLOCK of flock(2) on Linux and macOS, and the sharing violation of Windows, as .NET passes them on.</summary>
    private static bool IsHeldElsewhere(IOException fault) => fault.HResult is 11 or 35 or unchecked((int)0x8007_0020);
}
