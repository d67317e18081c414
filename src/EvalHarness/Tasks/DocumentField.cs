using Loragate.EvalHarness.Tasks.Functions;
using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks;

/// <summary>
/// A <c>doc_to_…</c> key: text that is a column's name gives that column as it is, other text is a template; numbers, lists,
/// mappings (their values) and functions stand for themselves.
/// </summary>
internal sealed class DocumentField
{
    private readonly string _place;
    private readonly string? _text;
    private readonly Template? _template;
    private readonly Value? _constant;
    private readonly Func<DictValue, Value>? _function;

    private DocumentField(YamlNode node, string key)
    {
        _place = $"{node.Place}, key '{key}'";
        if (node is YamlFunction)
            _function = TaskFunctions.Field(node, key);
        else if (node is YamlScalar { Value: StringValue text })
            (_text, _template) = (text.Content, Template.Parse(text.Content, _place));
        else
            _constant = Constant(node, key);
    }

    /// <summary>Reads the key; null where it is absent.</summary>
    public static DocumentField? Parse(TaskKeys keys, string key) => keys.Node(key) is { } node ? new DocumentField(node, key) : null;

    /// <summary>As <c>doc_to_text</c>: digits become a number where the task has choices.</summary>
    public Value AsText(TaskDocument document, IReadOnlyList<string> columns, bool hasChoices)
    {
        if (Direct(document, columns) is { } direct)
            return direct;
        var text = Render(document);
        return Digits(text, hasChoices) ?? new StringValue(text);
    }

    /// <summary>As <c>doc_to_target</c>: also a printed list becomes a list.</summary>
    /// <exception cref="TaskException">The row has no target: it would count as wrong whatever a model answers.</exception>
    public Value AsTarget(TaskDocument document, IReadOnlyList<string> columns, bool hasChoices)
    {
        if (Direct(document, columns) is { } direct)
            return direct is NoneValue ? throw Fault(document, $"the row's target '{_text}' is null") : direct;
        var text = Render(document);
        return Digits(text, hasChoices)
            ?? (text is ['[', .., ']'] ? PythonLiteral.Parse(text) : null)
            ?? new StringValue(text);
    }

    /// <summary>As <c>doc_to_choice</c>: the texts of the choices.</summary>
    public IReadOnlyList<string> AsChoices(TaskDocument document, IReadOnlyList<string> columns)
    {
        var value = Direct(document, columns) ?? PythonLiteral.Parse(Render(document))
            ?? throw Fault(document, $"the choices are not a list but {new StringValue(Render(document)).Literal}");
        return value is ListValue { Items.Count: > 0 } list
            ? [.. list.Items.Select(item => item is StringValue text ? text.Content : throw Fault(document, $"the choice {item.Literal} is not a text"))]
            : throw Fault(document, $"the choices are not a list of texts but {value.Literal}");
    }

    /// <summary>The text, where it is one bare name that is no column of any row; null otherwise.</summary>
    public string? NameOfNoColumn(IReadOnlyList<string> columns) => _text is not null && IsName(_text) && !columns.Contains(_text) ? _text : null;

    /// <summary>A fault of a document's field.</summary>
    public TaskException Fault(TaskDocument document, string fault) => new($"{_place}, row {document.Id} ({document.Place})", fault);

    private Value? Direct(TaskDocument document, IReadOnlyList<string> columns)
    {
        if (_function is not null)
            return OfFunction(document);
        if (_constant is not null)
            return _constant;
        if (!columns.Contains(_text!))
            return null;
        return document.Absent.Contains(_text!) ? throw Fault(document, $"the row has no '{_text}'") : document.Row[_text!] ?? NoneValue.Instance;
    }

    private Value OfFunction(TaskDocument document)
    {
        try
        {
            return _function!(document.Row);
        }
        catch (TaskException e)
        {
            throw Fault(document, $"{e.Place}: {e.Fault}");
        }
    }

    /// <summary>The harness's text. Where it is made of a column that this row lacks (the harness would write "None"), the row is refused.</summary>
    private string Render(TaskDocument document)
    {
        try
        {
            var text = _template!.Render(document.Variables);
            if (document.Absent.Count > 0)
                _ = _template.Render(document.Variables.Where(v => !document.Absent.Contains(v.Key)).ToDictionary(StringComparer.Ordinal));
            return text;
        }
        catch (TemplateException e)
        {
            throw new TemplateException($"{e.Place}, row {document.Id} ({document.Place})", e.Fault, e.Advice);
        }
    }

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');

    // Python's literal_eval refuses a number with leading zeros; here it stays text, which is then no choice.
    private static Value? Digits(string text, bool hasChoices) =>
        hasChoices && text.Length > 0 && text.All(char.IsAsciiDigit) ? PythonLiteral.Parse(text) : null;

    private static Value Constant(YamlNode node, string key) => node switch
    {
        YamlScalar { Value: IntValue } number => number.Value,
        YamlScalar { Value: StringValue } text => text.Value,
        YamlList list => new ListValue([.. list.Items.Select(item => Constant(item, key))]),
        YamlMap map => new ListValue([.. map.Entries.Values.Select(item => Constant(item, key))]),
        _ => throw node.Fault(key, "neither a text, a whole number nor a list of them"),
    };
}
