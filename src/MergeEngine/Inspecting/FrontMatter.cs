using System.Text;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// The YAML between two lines "---" at the head of a model card, read for a few known keys of text or lists of text. Deliberately no YAML parser:
/// anchors, aliases, tags and nested values are never followed, so a card can neither expand nor run anything.
/// </summary>
internal sealed class FrontMatter
{
    /// <summary>How much of a card is read, whatever its size.</summary>
    public const int MaxBytes = 64 << 10;

    private const int MaxItems = 256;
    private const string Fence = "---";

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keys;

    private FrontMatter(IEnumerable<string> keys) => _keys = keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>Why the card could not be read as it should, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>The texts of a key; none where it is absent.</summary>
    public IReadOnlyList<string> Values(string key) => _values.GetValueOrDefault(key) ?? [];

    /// <summary>Reads the head of a file; an absent file has no keys and no fault.</summary>
    public static FrontMatter Read(string path, IEnumerable<string> keys)
    {
        var result = new FrontMatter(keys);
        if (File.Exists(path))
            result.Parse(Head(path));
        return result;
    }

    private static string[] Head(string path)
    {
        using var stream = File.OpenRead(path);
        var bytes = new byte[Math.Min(MaxBytes, stream.Length)];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(bytes, 0, count).Split('\n');
    }

    private void Parse(string[] lines)
    {
        if (lines[0].Trim('\uFEFF').TrimEnd() != Fence)
            return;
        var end = Array.FindIndex(lines, 1, l => l.TrimEnd() == Fence);
        if (end < 0)
        {
            Fault = $"the front matter does not end within {MaxBytes} bytes";
            return;
        }
        List<string>? list = null;
        foreach (var line in lines[1..end])
        {
            var text = line.TrimEnd();
            if (text.Length == 0 || text.TrimStart().StartsWith('#'))
                continue;
            if (text.TrimStart().StartsWith("- ", StringComparison.Ordinal))
                Add(list, text.TrimStart()[2..]);
            else if (!char.IsWhiteSpace(text[0]))
                list = Start(text);
        }
    }

    /// <summary>A line "key: value"; returns where the items below it go, null where they are none of ours.</summary>
    private List<string>? Start(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !_keys.Contains(line[..colon]))
            return null;
        var (key, value) = (line[..colon], Plain(line[(colon + 1)..]));
        var list = new List<string>();
        if (!_values.TryAdd(key, list))
        {
            Fault ??= $"'{key}' stands twice";
            return null;
        }
        if (value.StartsWith('['))
        {
            foreach (var item in value.Trim('[', ']').Split(','))
                Add(list, item);
        }
        else if (value.Length > 0)
        {
            Add(list, value);
        }
        return list;
    }

    private void Add(List<string>? list, string item)
    {
        var text = Plain(item);
        if (list is null || text.Length == 0)
            return;
        if (text[0] is '&' or '*' or '!' or '|' or '>' or '{' or '[')
            Fault ??= $"'{text[..Math.Min(text.Length, 40)]}' is neither a text nor a list of texts";
        else if (list.Count >= MaxItems)
            Fault ??= $"a list has more than {MaxItems} items";
        else
            list.Add(text);
    }

    private static string Plain(string text)
    {
        var comment = text.IndexOf(" #", StringComparison.Ordinal);
        var plain = (comment < 0 ? text : text[..comment]).Trim();
        return plain.Length >= 2 && plain[0] == plain[^1] && plain[0] is '"' or '\'' ? plain.Trim(plain[0]) : plain;
    }
}
