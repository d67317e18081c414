using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.Tuning.Trials;

/// <summary>The metrics of which a task says <c>higher_is_better: false</c>: no score depends on it, so evaluation does not read it.</summary>
internal static class DownwardMetrics
{
    public static IEnumerable<string> Of(string taskFile) =>
        TaskFile.Load(taskFile).Entries.GetValueOrDefault("metric_list") is YamlList list
            ? list.Items.OfType<YamlMap>().Where(IsDownward).Select(NameOf).OfType<string>()
            : [];

    private static bool IsDownward(YamlMap metric) => metric.Entries.GetValueOrDefault("higher_is_better") is YamlScalar { Value: BoolValue { Content: false } };

    private static string? NameOf(YamlMap metric) => metric.Entries.GetValueOrDefault("metric") is YamlScalar { Value: StringValue name } ? name.Content : null;
}
