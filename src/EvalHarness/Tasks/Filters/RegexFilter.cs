using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Filters;

/// <summary>
/// One match of a pattern: Python's findall, the match that group_select counts (−1 is the last), its first group that is not
/// empty, stripped; the fallback where there is none.
/// </summary>
internal sealed class RegexFilter(PythonRegex regex, int select, string fallback) : ResponseFilter
{
    /// <summary>Reads the step.</summary>
    public static new RegexFilter Parse(TaskKeys keys)
    {
        var pattern = keys.Text("regex_pattern") ?? @"#### (\-?[0-9\.\,]+)";
        return new RegexFilter(PythonRegex.Compile(pattern, keys.Fault("regex_pattern", "").Place), keys.Number("group_select", 0), keys.Text("fallback") ?? "[invalid]");
    }

    /// <inheritdoc/>
    public override string Apply(string text)
    {
        var matches = regex.FindAll(text);
        var index = select < 0 ? matches.Count + select : select;
        if (index < 0 || index >= matches.Count)
            return fallback;
        var groups = matches[index];
        var match = groups.Length == 1 ? groups[0] : Array.Find(groups, static group => group.Length > 0) ?? fallback;
        return CodePoints.Strip(match);
    }
}
