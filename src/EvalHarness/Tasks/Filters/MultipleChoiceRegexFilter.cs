using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Filters;

/// <summary>
/// The letter that a text answers with, "(A)" (lm_eval/filters/extraction.py, multi_choice_regex): what the pattern finds; else the choice that
/// the text contains; else a bare letter after a colon; else the fallback. The row's column <c>choices</c> holds the choices.
/// </summary>
internal sealed class MultipleChoiceRegexFilter : ResponseFilter
{
    private const int MaxChoices = 26;

    private readonly PythonRegex _pattern;
    private readonly int _select;
    private readonly string _fallback;
    private readonly bool _case;
    private readonly bool _punctuation;
    private readonly IReadOnlyList<PythonRegex> _ignored;
    private readonly string _place;

    private MultipleChoiceRegexFilter(TaskKeys keys)
    {
        _place = keys.Fault("regex_pattern", "").Place;
        _pattern = PythonRegex.Compile(keys.Text("regex_pattern") ?? RegexFilter.DefaultPattern, _place);
        _select = keys.Number("group_select", 0);
        _fallback = keys.Text("fallback") ?? RegexFilter.DefaultFallback;
        _case = keys.Flag("ignore_case", absent: false);
        _punctuation = keys.Flag("ignore_punctuation", absent: false);
        _ignored = [.. (keys.Texts("regexes_to_ignore") ?? []).Select(pattern => PythonRegex.Compile(pattern, _place))];
    }

    /// <summary>Reads the step.</summary>
    public static new MultipleChoiceRegexFilter Parse(TaskKeys keys) => new(keys);

    /// <inheritdoc/>
    public override string Apply(string text, TaskDocument document)
    {
        var choices = Choices(document);
        var letters = choices.Select(static (_, i) => ((char)('A' + i)).ToString()).ToList();
        var reduced = choices.ConvertAll(choice => Reduce(CodePoints.Strip(choice)));

        // Of equal choices the last one's letter stands, as in Python's dict.
        var letterOf = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < reduced.Count; i++)
            letterOf[reduced[i]] = $"({letters[i]})";
        var inText = PythonRegex.Compile(string.Join('|', reduced.Select(PythonRegex.Escape)), _place);
        var bare = PythonRegex.Compile($@":[\s]*({string.Join('|', letters)})", _place);
        if (NotEmpty(RegexFilter.Select(_pattern, text, _select)) is { } found)
            return found;
        if (NotEmpty(RegexFilter.Select(inText, Reduce(text), _select)) is { } choice)
            return letterOf.GetValueOrDefault(choice, choice);
        return NotEmpty(RegexFilter.Select(bare, text, _select)) is { } letter ? $"({letter})" : _fallback;
    }

    private static string? NotEmpty(string? match) => match is { Length: > 0 } ? match : null;

    private List<string> Choices(TaskDocument document) =>
        document.Row["choices"] is ListValue { Items.Count: > 0 and <= MaxChoices } list && list.Items.All(static item => item is StringValue)
            ? [.. list.Items.Select(static item => item.Text)]
            : throw new TaskException($"{_place}, {document.Place}", $"the row has no column 'choices' of 1 to {MaxChoices} texts");

    private string Reduce(string text)
    {
        foreach (var pattern in _ignored)
            text = pattern.Substitute(text, "");
        if (_case)
            text = Casing.Lower(text);
        return _punctuation ? string.Concat(text.EnumerateRunes().Where(static rune => !System.Text.Rune.IsPunctuation(rune))) : text;
    }
}
