using System.Globalization;
using Loragate.Artifacts;

namespace Loragate.Governance.Yaml;

/// <summary>
/// Takes typed values out of a mapping, key by key. What is missing or of another kind becomes a fault and a harmless value, so that
/// all faults are found in one pass; <see cref="Finish"/> names the keys that nobody asked for.
/// </summary>
/// <param name="mapping">The mapping.</param>
/// <param name="faults">Where faults are collected.</param>
internal sealed class MappingReader(YamlMapping mapping, List<YamlFault> faults)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The mapping that is read.</summary>
    public YamlMapping Mapping { get; } = mapping;

    /// <summary>Adds a fault at a line.</summary>
    public void Fault(int line, string message) => faults.Add(new YamlFault(line, message));

    /// <summary>Text that must be there and not be empty.</summary>
    public string Text(string key) => OptionalText(key) ?? Missing(key, "");

    /// <summary>Text, or null where the key is absent.</summary>
    public string? OptionalText(string key) => Entry(key) switch
    {
        null => null,
        { Value: YamlScalar { Value: var text, IsPlain: var plain } } when !(plain && IsNothing(text)) => text.Trim(),
        var entry => Wrong(entry, "text", ""),
    };

    /// <summary>A number that must be there.</summary>
    public double Number(string key) => OptionalNumber(key) ?? Missing(key, double.NaN);

    /// <summary>A number, or null where the key is absent.</summary>
    public double? OptionalNumber(string key) => Entry(key) switch
    {
        null => null,
        { Value: YamlScalar { IsPlain: true, Value: var text } }
            when double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        var entry => Wrong(entry, "a number", double.NaN),
    };

    /// <summary>A whole number that must be there.</summary>
    public int Whole(string key) => OptionalWhole(key) ?? Missing(key, 0);

    /// <summary>A whole number, or null where the key is absent.</summary>
    public int? OptionalWhole(string key) => Entry(key) switch
    {
        null => null,
        { Value: YamlScalar { IsPlain: true, Value: var text } }
            when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var entry => Wrong(entry, "a whole number", 0),
    };

    /// <summary>A SHA-256 in hexadecimal that must be there.</summary>
    public Digest Sha256(string key) => OptionalSha256(key) ?? Missing(key, default(Digest));

    /// <summary>A SHA-256 in hexadecimal, or null where the key is absent.</summary>
    public Digest? OptionalSha256(string key) => Entry(key) switch
    {
        null => null,
        { Value: YamlScalar { Value: var text } } when Digest.TryParse(text, out var digest) => digest,
        var entry => Wrong(entry, "a SHA-256 of 64 small hexadecimal digits", default(Digest)),
    };

    /// <summary>A moment in UTC, "2026-01-31T00:00:00Z", or null where the key is absent.</summary>
    public DateTimeOffset? OptionalInstant(string key) => Entry(key) switch
    {
        null => null,
        { Value: YamlScalar { Value: var text } }
            when DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) => instant,
        var entry => Wrong(entry, "a moment in UTC such as 2026-01-31T00:00:00Z", default(DateTimeOffset)),
    };

    /// <summary>true or false, or the value that an absent key stands for.</summary>
    public bool Flag(string key, bool absent) => Entry(key) switch
    {
        null => absent,
        { Value: YamlScalar { IsPlain: true, Value: "true" } } => true,
        { Value: YamlScalar { IsPlain: true, Value: "false" } } => false,
        var entry => Wrong(entry, "true or false", absent),
    };

    /// <summary>One of a few words, each with what it means; an absent key gives <paramref name="absent"/>, or is a fault where that is null.</summary>
    public T Word<T>(string key, T? absent, params ReadOnlySpan<(string Word, T Value)> words)
        where T : struct
    {
        var entry = Entry(key);
        if (entry is null)
            return absent ?? Missing(key, default(T));
        foreach (var (word, value) in words)
        {
            if (entry.Value is YamlScalar { Value: var text } && text == word)
                return value;
        }
        var names = new List<string>();
        foreach (var (word, _) in words)
            names.Add(word);
        return Wrong(entry, string.Join(" or ", names), default(T));
    }

    /// <summary>A list of texts, or null where the key is absent.</summary>
    public IReadOnlyList<string>? OptionalTexts(string key) => Entry(key) is null ? null : Texts(key);

    /// <summary>A list of texts; empty where the key is absent.</summary>
    public IReadOnlyList<string> Texts(string key) => Entry(key) switch
    {
        null => [],
        { Value: YamlSequence { Items: var items } } => [.. items.Select(item => TextIn(item, key)).OfType<string>()],
        var entry => Wrong<IReadOnlyList<string>>(entry, "a list of texts", []),
    };

    /// <summary>A mapping of its own, or null where the key is absent.</summary>
    public MappingReader? OptionalMapping(string key) => Entry(key) switch
    {
        null => null,
        { Value: YamlMapping inner } => new MappingReader(inner, faults),
        var entry => Wrong<MappingReader?>(entry, "a mapping", null),
    };

    /// <summary>Every entry as text by key: all keys are known.</summary>
    public IReadOnlyDictionary<string, string> AllTexts() =>
        Mapping.Entries.ToDictionary(entry => entry.Key, entry => Text(entry.Key), StringComparer.Ordinal);

    /// <summary>A list whose items are mappings; empty, and a fault, where the key is absent.</summary>
    public IReadOnlyList<MappingReader> Mappings(string key)
    {
        var entry = Entry(key);
        return entry?.Value switch
        {
            null => Missing<IReadOnlyList<MappingReader>>(key, []),
            YamlSequence { Items: var items } => [.. items.Select(MappingIn).OfType<MappingReader>()],
            _ => Wrong<IReadOnlyList<MappingReader>>(entry, "a list", []),
        };
    }

    /// <summary>Names every key that was not asked for.</summary>
    public void Finish()
    {
        foreach (var entry in Mapping.Entries.Where(entry => !_known.Contains(entry.Key)))
            Fault(entry.Line, $"the key '{entry.Key}' is unknown here; known are {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
    }

    private YamlEntry? Entry(string key)
    {
        _known.Add(key);
        return Mapping.Find(key);
    }

    private MappingReader? MappingIn(YamlNode item)
    {
        if (item is YamlMapping inner)
            return new MappingReader(inner, faults);
        Fault(item.Line, $"a mapping was expected, not {item.Kind}");
        return null;
    }

    private string? TextIn(YamlNode item, string key)
    {
        if (item is YamlScalar { Value: var text, IsPlain: var plain } && text.Trim().Length > 0 && !(plain && IsNothing(text)))
            return text.Trim();
        Fault(item.Line, $"the list '{key}' holds text, not {item.Kind}");
        return null;
    }

    private static bool IsNothing(string text) => text is "" or "~" or "null" or "Null" or "NULL";

    private T Missing<T>(string key, T stand)
    {
        Fault(Mapping.Line, $"the key '{key}' is missing");
        return stand;
    }

    private T Wrong<T>(YamlEntry entry, string expected, T stand)
    {
        Fault(entry.Line, $"'{entry.Key}' must be {expected}, not {entry.Value.Kind}");
        return stand;
    }
}
