using System.Globalization;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies.Comparing;

/// <summary>
/// Compares two policies key by key, as they are written: rules by id, tasks by name, whatever their order. A default that one of them
/// writes out is a difference of the text, and is told.
/// </summary>
public static class PolicyComparison
{
    /// <summary>Every difference, in the order of the first policy, then what only the second has.</summary>
    public static IReadOnlyList<PolicyChange> Changes(Policy before, Policy after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return [.. Compare("", before.Source, after.Source)];
    }

    private static IEnumerable<PolicyChange> Compare(string key, YamlNode before, YamlNode after)
    {
        if (Entries(before) is { } old && Entries(after) is { } young)
        {
            foreach (var name in old.Keys.Union(young.Keys))
            {
                var path = key.Length == 0 ? name : $"{key}.{name}";
                foreach (var change in (old.GetValueOrDefault(name), young.GetValueOrDefault(name)) switch
                {
                    ({ } first, { } second) => Compare(path, first, second),
                    ({ } first, null) => [new PolicyChange(path, Text(first), null)],
                    (_, { } second) => [new PolicyChange(path, null, Text(second))],
                    _ => [],
                })
                    yield return change;
            }
        }
        else if (!AreEqual(before, after))
        {
            yield return new PolicyChange(key, Text(before), Text(after));
        }
    }

    /// <summary>What is told apart by name: the entries of a mapping, and the items of a list that each have an id.</summary>
    private static Dictionary<string, YamlNode>? Entries(YamlNode node) => node switch
    {
        YamlMapping mapping => mapping.Entries.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal),
        YamlSequence { Items: { Count: > 0 } items } when items.All(item => IdOf(item) is not null) => items.ToDictionary(item => IdOf(item)!, item => item, StringComparer.Ordinal),
        _ => null,
    };

    private static string? IdOf(YamlNode item) => item is YamlMapping mapping && mapping.Find("id")?.Value is YamlScalar id ? id.Value.Trim() : null;

    private static bool AreEqual(YamlNode before, YamlNode after) => (before, after) switch
    {
        (YamlScalar { IsPlain: true } first, YamlScalar { IsPlain: true } second) when NumberOf(first) is { } one && NumberOf(second) is { } other => one.Equals(other),
        (YamlSequence first, YamlSequence second) => first.Items.Count == second.Items.Count && first.Items.Zip(second.Items).All(pair => AreEqual(pair.First, pair.Second)),
        _ => Text(before) == Text(after),
    };

    private static double? NumberOf(YamlScalar scalar) => double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Value.Trim(),
        YamlSequence list => $"[{string.Join(", ", list.Items.Select(Text))}]",
        YamlMapping mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{entry.Key}: {Text(entry.Value)}"))}}}",
        _ => "",
    };
}
