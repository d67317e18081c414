namespace Loragate.Artifacts.Folders;

/// <summary>
/// Files that a stranger may have put there: a link is not followed, a pipe or device is not opened (a reader would wait for ever, or never come to an end),
/// and no more is read than a file of its kind may have.
/// </summary>
public static class PlainFile
{
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
            throw new FolderException(path, "neither a plain file nor a folder", "Remove the device, pipe or socket.");
    }
}
