using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.Tuning.Trials;

/// <summary>Numbers of a plan, one or a list of them.</summary>
internal static class PlanNumbers
{
    /// <summary>A number, or null where the key is absent.</summary>
    public static double? OptionalReal(this TaskKeys keys, string key) => keys.Node(key) is { } node ? Real(node, key) : null;

    /// <summary>A whole number, or null where the key is absent.</summary>
    public static int? OptionalWhole(this TaskKeys keys, string key) => keys.Node(key) is null ? null : keys.Number(key, 0);

    /// <summary>A whole number that must be there.</summary>
    public static int RequiredWhole(this TaskKeys keys, string key) => keys.OptionalWhole(key) ?? throw keys.Fault(key, $"the key '{key}' is missing");

    /// <summary>A number or a list of at least one, all finite; null where the key is absent.</summary>
    public static IReadOnlyList<double>? Reals(this TaskKeys keys, string key)
    {
        var node = keys.Node(key);
        IReadOnlyList<double>? numbers = node switch
        {
            null => null,
            YamlList list => [.. list.Items.Select(item => Real(item, key))],
            _ => [Real(node, key)],
        };
        return numbers is { Count: 0 } ? throw keys.Fault(key, "an empty list") : numbers;
    }

    /// <summary>Positive whole numbers; null where the key is absent.</summary>
    public static IReadOnlyList<int>? Wholes(this TaskKeys keys, string key) => keys.Reals(key)?.Select(number =>
        number is > 0 and < int.MaxValue && number == Math.Floor(number) ? (int)number : throw keys.Fault(key, "not a positive whole number")).ToList();

    /// <summary>A list, or a list of lists, of what one item reads as; null where the key is absent.</summary>
    public static IReadOnlyList<IReadOnlyList<T>>? Sets<T>(this TaskKeys keys, string key, Func<YamlNode, T> read) => keys.Node(key) switch
    {
        null => null,
        YamlList { Items: [YamlList, ..] } sets => [.. sets.Items.Select(set => set is YamlList { Items.Count: > 0 } list ? list.Items.Select(read).ToList() : throw set.Fault(key, "not a list of lists"))],
        YamlList { Items.Count: > 0 } list => [[.. list.Items.Select(read)]],
        var node => throw node.Fault(key, "not a list, or an empty one"),
    };

    private static double Real(YamlNode node, string key) => node switch
    {
        YamlScalar { Value: IntValue whole } when double.IsFinite((double)whole.Content) => (double)whole.Content,
        YamlScalar { Value: FloatValue real } when double.IsFinite(real.Content) => real.Content,
        _ => throw node.Fault(key, "not a number (write 0.001, not 1e-3)"),
    };
}
