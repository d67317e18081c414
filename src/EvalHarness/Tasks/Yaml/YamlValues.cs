using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Yaml;

/// <summary>Data that a task file holds itself.</summary>
internal static class YamlValues
{
    /// <summary>The value of a node.</summary>
    /// <exception cref="TaskException">It names a function.</exception>
    public static Value Of(YamlNode node, string key) => node switch
    {
        YamlScalar scalar => scalar.Value,
        YamlList list => new ListValue([.. list.Items.Select(item => Of(item, key))]),
        YamlMap map => Of(map, key),
        _ => throw node.Fault(key, "a function where data is expected"),
    };

    /// <summary>A mapping as a row.</summary>
    public static DictValue Of(YamlMap map, string key) => new([.. map.Entries.Select(entry => KeyValuePair.Create(entry.Key, Of(entry.Value, key)))]);

    /// <summary>The value of a node that is only shown: a function is its reference.</summary>
    public static Value Shown(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Value,
        YamlFunction function => new StringValue($"!function {function.Path}"),
        YamlList list => new ListValue([.. list.Items.Select(Shown)]),
        YamlMap map => new DictValue([.. map.Entries.Select(static entry => KeyValuePair.Create(entry.Key, Shown(entry.Value)))]),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };
}
