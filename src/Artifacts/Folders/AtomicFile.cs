using System.Buffers;
using System.Security.Cryptography;

namespace Loragate.Artifacts.Folders;

/// <summary>
/// Files that appear whole or not at all: written beside their place under a name of their own, forced to disk, renamed. Several processes
/// may write the same file at once: each rename puts a whole file there, and the last one stays.
/// </summary>
public static class AtomicFile
{
    /// <summary>How the name of a file or folder ends that is not whole yet.</summary>
    public const string PartialSuffix = ".partial";

    /// <summary>The longest name of a file, in bytes of UTF-8, whose partial has a name too: file systems take 255.</summary>
    public const int LongestName = 255 - 1 - NameDigits - 8;

    private const int NameDigits = 16;
    private const int Attempts = 8;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>Writes or replaces a file in one step; what killed processes left of it is cleared.</summary>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ClearLeftOvers(path);
        var attempt = 1;
        while (!TryWrite(path, content, static _ => { }, isLast: attempt == Attempts))
            attempt++;
        PosixFile.SyncFolder(FolderOf(path));
    }

    /// <summary>The same of content that is written piece by piece and need not be in memory at once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content, in pieces that are worth a system call each; called again where another process took the new file for a left-over.</param>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        ClearLeftOvers(path);
        var attempt = 1;
        while (!TryWrite(path, [], write, isLast: attempt == Attempts))
            attempt++;
        PosixFile.SyncFolder(FolderOf(path));
    }

    /// <summary>
    /// Opens a new file under a name of its own beside a place, for content that comes over time; what killed processes left there is cleared. Whoever opens it
    /// renames it while it is open, or deletes it.
    /// </summary>
    /// <exception cref="IOException">No file can be made there.</exception>
    public static FileStream OpenPartial(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ClearLeftOvers(path);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var stream = new FileStream(PartialOf(path), FileMode.CreateNew, FileAccess.Write, FileShare.Delete, 1, FileOptions.Asynchronous);
                // Once it is locked nobody takes it for a left-over; before that, somebody may have.
                if (File.Exists(stream.Name))
                    return stream;
                stream.Dispose();
            }
            catch (IOException) when (attempt < Attempts)
            {
                continue;
            }
            if (attempt == Attempts)
                throw new IOException($"{path}: another process takes away what is written beside it.");
        }
    }

    /// <summary>Chance in a name that no result holds: a counter would repeat in another process, and a process id in another container.</summary>
    private static string PartialOf(string path) => $"{path}.{RandomNumberGenerator.GetHexString(NameDigits, lowercase: true)}{PartialSuffix}";

    /// <summary>False where it has to be tried again: another process may take the new file for a left-over before it is locked.</summary>
    private static bool TryWrite(string path, ReadOnlySpan<byte> content, Action<Stream> more, bool isLast)
    {
        var partial = PartialOf(path);
        try
        {
            // Open until it is renamed: the lock of an open file, which the system drops when a process dies, says that its writer lives.
            using var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, 1);
            stream.Write(content);
            more(stream);
            stream.Flush(flushToDisk: true);
            File.Move(partial, path, overwrite: true);
            return true;
        }
        catch (ArgumentOutOfRangeException limit)
        {
            File.Delete(partial);
            throw SizeLimit.Fault(path, limit);
        }
        catch (IOException) when (!isLast)
        {
            File.Delete(partial);
            return false;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private static void ClearLeftOvers(string path)
    {
        var name = Path.GetFileName(path);
        foreach (var partial in Directory.EnumerateFiles(FolderOf(path)).Where(file => IsPartialOf(name, Path.GetFileName(file))).ToList())
            ClearIfDead(partial);
    }

    private static bool IsPartialOf(string name, string partial)
    {
        if (!partial.StartsWith(name, StringComparison.Ordinal) || !partial.EndsWith(PartialSuffix, StringComparison.Ordinal))
            return false;
        var between = partial.AsSpan(name.Length..Math.Max(name.Length, partial.Length - PartialSuffix.Length));
        return between.IsEmpty || between.Length == NameDigits + 1 && between[0] == '.' && !between[1..].ContainsAnyExcept(LowerHex);
    }

    private static void ClearIfDead(string partial)
    {
        try
        {
            using var alone = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1);
            File.Delete(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its writer lives, or it is gone already, or it is not ours to clear: it is in nobody's way.
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;
}
