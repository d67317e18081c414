using Loragate.Artifacts.Records;

namespace Loragate.Artifacts.Folders;

/// <summary>
/// All files of a folder by content, in ordinal order of their relative paths. Links, devices, pipes and names that readers
/// could understand differently (control or direction characters, backslashes, invalid Unicode) are refused.
/// </summary>
public sealed class FolderManifest
{
    private const int MaxFiles = 100_000;

    private FolderManifest(IReadOnlyList<FileEntry> files)
    {
        Files = files;
        Digest = DigestOf(files);
    }

    /// <summary>The files, ordered by path.</summary>
    public IReadOnlyList<FileEntry> Files { get; }

    /// <summary>SHA-256 over the canonical JSON of the files: binds names, sizes and contents.</summary>
    public Digest Digest { get; }

    /// <summary>The digest of a folder that holds exactly these files, ordered by path.</summary>
    public static Digest DigestOf(IReadOnlyList<FileEntry> files) => Digest.Of(RecordJson.Canonical(files));

    /// <summary>The relative paths of a folder's files in ordinal order, without reading them.</summary>
    /// <exception cref="FolderException">The folder is missing or holds something that is not a plain file or folder.</exception>
    public static IReadOnlyList<string> List(string folder)
    {
        if (!Directory.Exists(folder))
            throw new FolderException(folder, "no such folder", "Check the path.");
        var paths = new List<string>();
        Walk(new DirectoryInfo(folder), "", paths);
        paths.Sort(StringComparer.Ordinal);
        return paths;
    }

    /// <summary>The relative paths of the folders that hold nothing at all, in ordinal order: no list of files shows them.</summary>
    public static IReadOnlyList<string> ListEmptyFolders(string folder) =>
    [
        .. Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories)
            .Where(path => !Directory.EnumerateFileSystemEntries(path).Any())
            .Select(path => System.IO.Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Lists and hashes a folder.</summary>
    /// <exception cref="FolderException">See <see cref="List"/>.</exception>
    public static FolderManifest Read(string folder, CancellationToken cancellationToken = default) =>
        new([.. List(folder).Select(path => Entry(folder, path, cancellationToken))]);

    private static FileEntry Entry(string folder, string path, CancellationToken cancellationToken)
    {
        var file = System.IO.Path.Combine(folder, path);
        return new FileEntry(path, new FileInfo(file).Length, Digest.OfFile(file, cancellationToken));
    }

    private static void Walk(DirectoryInfo folder, string prefix, List<string> paths)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            var path = prefix + entry.Name;
            if (entry.Name.Any(c => char.IsControl(c) || char.IsSurrogate(c) && !IsPaired(entry.Name) || c is '\\' or '\uFFFD' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')))
                throw new FolderException(System.IO.Path.Combine(folder.FullName, entry.Name), "the name holds control, direction or backslash characters", "Rename the file.");
            if (entry.LinkTarget is { } target)
                throw new FolderException(entry.FullName, $"a symbolic link to '{target}'", "Replace the link by the file itself.");
            if (entry is DirectoryInfo subfolder)
                Walk(subfolder, path + "/", paths);
            else if (!IsPlainFile(entry.FullName))
                throw new FolderException(entry.FullName, "neither a plain file nor a folder", "Remove the device, pipe or socket.");
            else
                paths.Add(path);
            if (paths.Count > MaxFiles)
                throw new FolderException(folder.FullName, $"more than {MaxFiles} files", "Check that this is the right folder.");
        }
    }

    private static bool IsPaired(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogatePair(name, i))
                i++;
            else if (char.IsSurrogate(name[i]))
                return false;
        }
        return true;
    }

    private static bool IsPlainFile(string path) =>
        !OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS() || PosixFile.IsRegular(path);
}
