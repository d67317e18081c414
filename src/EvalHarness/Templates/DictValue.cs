namespace Loragate.EvalHarness.Templates;

/// <summary>Python's <c>dict</c> with keys of type <c>str</c>, in the order of insertion.</summary>
public sealed record DictValue : Value
{
    private readonly Dictionary<string, Value> _index;

    /// <summary>A dictionary of entries; a key that comes again keeps its place and takes the later value.</summary>
    public DictValue(IReadOnlyList<KeyValuePair<string, Value>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        _index = new Dictionary<string, Value>(entries.Count, StringComparer.Ordinal);
        foreach (var (key, value) in entries)
            _index[key] = value;
        Entries = _index.Count == entries.Count ? entries : [.. entries.DistinctBy(static entry => entry.Key).Select(entry => KeyValuePair.Create(entry.Key, _index[entry.Key]))];
        Size = 1 + Entries.Sum(static entry => entry.Key.Length + entry.Value.Size);
    }

    /// <summary>The entries in order.</summary>
    public IReadOnlyList<KeyValuePair<string, Value>> Entries { get; }

    /// <summary>The values by key.</summary>
    public IReadOnlyDictionary<string, Value> ByKey => _index;

    /// <inheritdoc/>
    public override string TypeName => "dict";

    /// <inheritdoc/>
    public override bool IsTrue => Entries.Count > 0;

    /// <inheritdoc/>
    public override long Size { get; }

    /// <inheritdoc/>
    public override string Literal => $"{{{string.Join(", ", Entries.Select(static entry => $"{new StringValue(entry.Key).Literal}: {entry.Value.Literal}"))}}}";

    /// <summary>The value of a key, or null.</summary>
    public Value? this[string key] => _index.GetValueOrDefault(key);

    /// <summary>Python's <c>==</c>: the same keys with equal values, in any order.</summary>
    public bool IsSameAs(DictValue other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Entries.Count == other.Entries.Count && Entries.All(entry => other[entry.Key] is { } value && entry.Value.IsEqualTo(value));
    }

    /// <summary>The dictionary with one more entry, or a changed one.</summary>
    public DictValue With(string key, Value value) => new([.. Entries, KeyValuePair.Create(key, value)]);
}
