namespace Loragate.Artifacts.Folders;

/// <summary>Files that appear whole or not at all: written beside their place, forced to disk, renamed.</summary>
public static class AtomicFile
{
    internal const string PartialSuffix = ".partial";

    /// <summary>Writes or replaces a file in one step.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var partial = path + PartialSuffix;
        using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        File.Move(partial, path, overwrite: true);
        PosixFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
