using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Yaml;

/// <summary>A task file with its includes merged: local keys win, a later include wins over an earlier one.</summary>
/// <param name="Path">The file.</param>
/// <param name="Entries">The merged keys.</param>
/// <param name="Digest">SHA-256 of the file; with includes, of the list of all files' digests in the order they were read.</param>
internal sealed record TaskFile(string Path, IReadOnlyDictionary<string, YamlNode> Entries, Digest Digest)
{
    private const int MaxFiles = 16;

    /// <summary>The keys as data; functions are named as in the file.</summary>
    public DictValue Config => new([.. Entries.Select(static entry => KeyValuePair.Create(entry.Key, YamlValues.Shown(entry.Value)))]);

    /// <summary>Reads a task file and what it includes.</summary>
    /// <exception cref="TaskException">A file is missing or malformed, or a file includes itself.</exception>
    public static TaskFile Load(string path)
    {
        var digests = new List<Digest>();
        var entries = Read(System.IO.Path.GetFullPath(path), path, [], digests);
        return new TaskFile(path, entries, Combine(digests));
    }

    /// <summary>One digest of several, in order; the digest itself where there is one.</summary>
    public static Digest Combine(IReadOnlyList<Digest> digests) =>
        digests is [var only] ? only : Digest.Of(Encoding.ASCII.GetBytes(string.Concat(digests.Select(static digest => digest.Hex + "\n"))));

    private static Dictionary<string, YamlNode> Read(string fullPath, string shown, IReadOnlyList<string> open, List<Digest> digests)
    {
        if (open.Contains(fullPath))
            throw new TaskException(shown, $"the file includes itself through '{System.IO.Path.GetFileName(open[^1])}'");
        if (digests.Count == MaxFiles)
            throw new TaskException(shown, $"more than {MaxFiles} files are included");
        if (!File.Exists(fullPath))
            throw new TaskException(shown, "the file is missing", "Check the path, or the include that names it.");
        var bytes = PlainFile.Read(fullPath, YamlReader.MaxBytes);
        digests.Add(Digest.Of(bytes));
        var map = YamlReader.Read(bytes, shown);
        var merged = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var include in Includes(map))
        {
            var target = System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(fullPath)!, include));
            var beside = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(shown) ?? "", include);
            foreach (var (key, value) in Read(target, beside, [.. open, fullPath], digests))
                merged[key] = value;
        }
        foreach (var (key, value) in map.Entries.Where(static entry => entry.Key != "include"))
            merged[key] = value;
        return merged;
    }

    private static IEnumerable<string> Includes(YamlMap map)
    {
        if (!map.Entries.TryGetValue("include", out var node))
            return [];
        IReadOnlyList<YamlNode> items = node is YamlList list ? list.Items : [node];
        return items.Select(item => item is YamlScalar { Value: StringValue path } ? path.Content : throw item.Fault("include", "not a path or a list of paths"));
    }
}
