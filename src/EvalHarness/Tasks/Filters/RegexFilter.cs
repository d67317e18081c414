using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Filters;

/// <summary>
/// One match of a pattern: Python's findall, the match that group_select counts (−1 is the last), its first group that is not
/// empty, stripped; the fallback where there is none.
/// </summary>
internal sealed class RegexFilter(PythonRegex regex, int select, string fallback) : ResponseFilter
{
    /// <summary>The pattern of a step that names none: the answer of a GSM8K solution.</summary>
    public const string DefaultPattern = @"#### (\-?[0-9\.\,]+)";

    /// <summary>What stands for a text without a match.</summary>
    public const string DefaultFallback = "[invalid]";

    /// <summary>Reads the step.</summary>
    public static new RegexFilter Parse(TaskKeys keys) => new(
        PythonRegex.Compile(keys.Text("regex_pattern") ?? DefaultPattern, keys.Fault("regex_pattern", "").Place), keys.Number("group_select", 0), keys.Text("fallback") ?? DefaultFallback);

    /// <summary>The match that <paramref name="select"/> counts, its first group that is not empty, stripped; null where there is none.</summary>
    public static string? Select(PythonRegex regex, string text, int select)
    {
        var matches = regex.FindAll(text);
        var index = select < 0 ? matches.Count + select : select;
        if (index < 0 || index >= matches.Count)
            return null;
        var groups = matches[index];
        return (groups.Length == 1 ? groups[0] : Array.Find(groups, static group => group.Length > 0)) is { } match ? CodePoints.Strip(match) : null;
    }

    /// <inheritdoc/>
    public override string Apply(string text, TaskDocument document) => Select(regex, text, select) ?? fallback;
}
