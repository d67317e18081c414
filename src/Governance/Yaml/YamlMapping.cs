namespace Loragate.Governance.Yaml;

/// <summary>Keys with values, each key once.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Entries">The entries in order.</param>
internal sealed record YamlMapping(int Line, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line)
{
    public override string Kind => "a mapping";

    /// <summary>The entry of a key, or null.</summary>
    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);

    /// <summary>The line of the deepest part of a dotted path that is there: "plan.power" is plan's line where power is missing.</summary>
    public int LineOf(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        return Find(dot < 0 ? path : path[..dot]) switch
        {
            null => Line,
            { Value: YamlMapping inner } when dot >= 0 => inner.Find(path[(dot + 1)..].Split('.')[0]) is null
                ? Find(path[..dot])!.Line
                : inner.LineOf(path[(dot + 1)..]),
            var entry => entry.Line,
        };
    }
}
