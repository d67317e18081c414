using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Yaml;

/// <summary>Typed access to a mapping's keys; a key that nobody asked for is refused at the end.</summary>
internal sealed class TaskKeys(IReadOnlyDictionary<string, YamlNode> entries, string path)
{
    private readonly HashSet<string> _asked = [];

    /// <summary>The keys of a nested mapping.</summary>
    public static TaskKeys Of(YamlMap map) => new(map.Entries, map.Place);

    /// <summary>A node, or null where the key is absent or null.</summary>
    public YamlNode? Node(string key)
    {
        _asked.Add(key);
        return entries.TryGetValue(key, out var node) && node is not YamlScalar { Value: NoneValue } ? node : null;
    }

    /// <summary>A text, or null.</summary>
    public string? Text(string key) => Node(key) switch
    {
        null => null,
        YamlScalar { Value: StringValue text } => text.Content,
        var node => throw node.Fault(key, "not a text"),
    };

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string key) => Text(key) ?? throw new TaskException(path, $"the key '{key}' is missing");

    /// <summary>A truth value.</summary>
    public bool Flag(string key, bool absent) => Node(key) switch
    {
        null => absent,
        YamlScalar { Value: BoolValue truth } => truth.Content,
        var node => throw node.Fault(key, "not true or false"),
    };

    /// <summary>A whole number.</summary>
    public int Number(string key, int absent) => Node(key) switch
    {
        null => absent,
        YamlScalar { Value: IntValue number } when number.Content >= int.MinValue && number.Content <= int.MaxValue => (int)number.Content,
        var node => throw node.Fault(key, "not a whole number"),
    };

    /// <summary>A text or a list of texts.</summary>
    public IReadOnlyList<string>? Texts(string key) => Node(key) switch
    {
        null => null,
        YamlList list => [.. list.Items.Select(item => item is YamlScalar { Value: StringValue text } ? text.Content : throw item.Fault(key, "an item that is not a text"))],
        _ => [Text(key)!],
    };

    /// <summary>A list of mappings.</summary>
    public IReadOnlyList<TaskKeys>? Maps(string key) => Node(key) switch
    {
        null => null,
        YamlList list => [.. list.Items.Select(item => item is YamlMap map ? Of(map) : throw item.Fault(key, "an item that is not a mapping"))],
        var node => throw node.Fault(key, "not a list"),
    };

    /// <summary>A list of rows of data.</summary>
    public IReadOnlyList<DictValue>? Rows(string key) => Node(key) switch
    {
        null => null,
        YamlList list => [.. list.Items.Select(item => item is YamlMap map ? YamlValues.Of(map, key) : throw item.Fault(key, "an item that is not a mapping"))],
        var node => throw node.Fault(key, "not a list"),
    };

    /// <summary>A mapping.</summary>
    public TaskKeys? Map(string key) => Node(key) switch
    {
        null => null,
        YamlMap map => Of(map),
        var node => throw node.Fault(key, "not a mapping"),
    };

    /// <summary>The keys themselves.</summary>
    public IEnumerable<string> Names => entries.Keys;

    /// <summary>Accepts keys that have no effect on scores.</summary>
    public void Ignore(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            _asked.Add(key);
    }

    /// <summary>Refuses a key unless it has the one value that changes nothing.</summary>
    public void OnlyInert(string key, Func<Value, bool> isInert, string fault)
    {
        if (Node(key) is { } node && !(node is YamlScalar scalar && isInert(scalar.Value)))
            throw node.Fault(key, fault);
    }

    /// <summary>Refuses every key that nobody asked for.</summary>
    public void Done()
    {
        foreach (var fault in Unknown())
            throw fault;
    }

    /// <summary>A fault for every key that nobody asked for.</summary>
    public IEnumerable<TaskException> Unknown() => entries.Where(entry => !_asked.Contains(entry.Key)).Select(entry => entry.Value.Fault(entry.Key, "the key is unknown or not supported"));

    /// <summary>A fault of the mapping.</summary>
    public TaskException Fault(string key, string fault) => entries.TryGetValue(key, out var node) ? node.Fault(key, fault) : new TaskException(path, fault);
}
