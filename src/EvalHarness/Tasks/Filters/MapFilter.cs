using Loragate.EvalHarness.Tasks.Yaml;

namespace Loragate.EvalHarness.Tasks.Filters;

/// <summary>What a table has for a text (<c>mapping_dict</c>), else <c>default_value</c>.</summary>
internal sealed class MapFilter(IReadOnlyDictionary<string, string> table, string absent) : ResponseFilter
{
    /// <summary>Reads the step.</summary>
    public static new MapFilter Parse(TaskKeys keys)
    {
        var entries = keys.Map("mapping_dict") ?? throw keys.Fault("mapping_dict", "the key 'mapping_dict' is missing");
        var absent = keys.Text("default_value") ?? throw keys.Fault("default_value", "the key 'default_value' is missing: what is not in the table would be no text");
        return new MapFilter(entries.Names.ToDictionary(static name => name, entries.RequiredText, StringComparer.Ordinal), absent);
    }

    /// <inheritdoc/>
    public override string Apply(string text, TaskDocument document) => table.GetValueOrDefault(text, absent);
}
