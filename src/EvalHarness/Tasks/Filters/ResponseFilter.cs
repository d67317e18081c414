using Loragate.EvalHarness.Tasks.Yaml;

namespace Loragate.EvalHarness.Tasks.Filters;

/// <summary>A step between what a model generates and what is scored.</summary>
internal abstract class ResponseFilter
{
    /// <summary>The filtered text.</summary>
    /// <param name="text">What the model generated, or the step before gave.</param>
    /// <param name="document">The document that was asked.</param>
    public abstract string Apply(string text, TaskDocument document);

    /// <summary>Reads one step of a filter chain.</summary>
    public static ResponseFilter Parse(TaskKeys keys)
    {
        var name = keys.RequiredText("function");
        ResponseFilter filter = name switch
        {
            "take_first" => new TakeFirstFilter(),
            "remove_whitespace" => new RemoveWhitespaceFilter(),
            "lowercase" => new LowercaseFilter(),
            "uppercase" => new UppercaseFilter(),
            "map" => MapFilter.Parse(keys),
            "multi_choice_regex" => MultipleChoiceRegexFilter.Parse(keys),
            "regex" => RegexFilter.Parse(keys),
            _ => throw keys.Fault("function", $"the filter '{name}' is not supported"),
        };
        keys.Done();
        return filter;
    }
}
