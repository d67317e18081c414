using Loragate.Artifacts;

namespace Loragate.Cli;

/// <summary>What lies in a folder.</summary>
internal static class Files
{
    /// <summary>Relative paths with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Of(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static IReadOnlyDictionary<string, Digest> Digests(string folder) =>
        Of(folder).ToDictionary(path => path, path => Digest.OfFile(Path.Combine(folder, path)), StringComparer.Ordinal);

    /// <summary>What a run that was cut short may leave under a provisional name.</summary>
    public static IEnumerable<string> HalfWritten(string folder) =>
        Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".partial", StringComparison.Ordinal) || path.EndsWith(".building", StringComparison.Ordinal) || path.EndsWith(".scratch", StringComparison.Ordinal));

    /// <summary>Changes one bit of a file and gives back its bytes as they were.</summary>
    public static byte[] FlipBit(string path, Random random)
    {
        var bytes = File.ReadAllBytes(path);
        var changed = (byte[])bytes.Clone();
        changed[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        File.WriteAllBytes(path, changed);
        return bytes;
    }
}
