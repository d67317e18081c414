using Loragate.EvalHarness.Tasks.Yaml;

namespace Loragate.EvalHarness.Tasks.Filters;

/// <summary>A step between what a model generates and what is scored.</summary>
internal abstract class ResponseFilter
{
    /// <summary>The filtered text.</summary>
    public abstract string Apply(string text);

    /// <summary>Reads one step of a filter chain.</summary>
    public static ResponseFilter Parse(TaskKeys keys)
    {
        var name = keys.RequiredText("function");
        ResponseFilter filter = name switch
        {
            "take_first" => new TakeFirstFilter(),
            "remove_whitespace" => new RemoveWhitespaceFilter(),
            "lowercase" => new LowercaseFilter(),
            "regex" => RegexFilter.Parse(keys),
            _ => throw keys.Fault("function", $"the filter '{name}' is not supported"),
        };
        keys.Done();
        return filter;
    }
}
