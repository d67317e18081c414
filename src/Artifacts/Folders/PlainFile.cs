namespace Loragate.Artifacts.Folders;

/// <summary>
/// Files that a stranger may have put there: a link is not followed, a pipe or device is not opened (a reader would wait for ever, or never come to an end),
/// and no more is read than a file of its kind may have.
/// </summary>
public static class PlainFile
{
    private const string NotPlain = "neither a plain file nor a folder";
    private const string RemoveIt = "Remove the device, pipe or socket.";

    /// <summary>The bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The most bytes that it may have.</param>
    /// <exception cref="FolderException">A link, something else than a file, or larger.</exception>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static byte[] Read(string path, long maxBytes)
    {
        Check(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        if (stream.Length > maxBytes)
            throw new FolderException(path, $"{stream.Length} bytes where at most {maxBytes} are read", "Check that this is the right file.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>
    /// Refuses what would be waited for, or never come to an end, where links are welcome: the files of a model folder often are links into a cache. A file that is
    /// not there is the caller's to tell.
    /// </summary>
    /// <exception cref="FolderException">A link leads nowhere or in a circle, or what is at its end is something else than a file.</exception>
    public static void CheckTarget(string path)
    {
        if (Target(path) is not { } target)
            throw new FolderException(path, "a symbolic link that leads nowhere or in a circle", "Restore the file that it stands for.");
        if ((OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()) && File.Exists(target) && !PosixFile.IsRegular(target))
            throw new FolderException(path, target == path ? NotPlain : $"a symbolic link to '{target}', which is {NotPlain}", RemoveIt);
    }

    /// <summary>What stands at the end of all links; null where nothing does.</summary>
    private static string? Target(string path)
    {
        try
        {
            return new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true } end ? end.FullName : null : path;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Refuses what is no plain file.</summary>
    /// <exception cref="FolderException">A link, a folder, or something else than a file.</exception>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static void Check(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is { } target)
            throw new FolderException(path, $"a symbolic link to '{target}'", "Replace the link by the file itself.");
        if (!file.Exists)
            throw new FileNotFoundException($"{path}: no such file.", path);
        if ((OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()) && !PosixFile.IsRegular(path))
            throw new FolderException(path, NotPlain, RemoveIt);
    }
}
