namespace Loragate.Artifacts.Folders;

/// <summary>A copy of a folder's files, so that what is judged is what is used, whatever happens to the original meanwhile.</summary>
public static class FolderCopy
{
    /// <summary>Copies files, byte for byte.</summary>
    /// <param name="source">Where they lie.</param>
    /// <param name="files">Relative paths, with '/' between folders.</param>
    /// <param name="target">Where they go; nothing of these names may stand there.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public static void Make(string source, IEnumerable<string> files, string target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            SizeLimit.Copy(Path.Combine(source, file), path);
        }
    }
}
