using System.Text;
using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks;

/// <summary>
/// Puts a prompt together as lm-evaluation-harness does: description, then for each example text, target_delimiter, target and
/// fewshot_delimiter, then the document's own text.
/// </summary>
internal sealed class TaskPrompt
{
    private readonly DocumentField? _text;
    private readonly DocumentField _target;
    private readonly DocumentField? _choices;
    private readonly Template? _description;
    private readonly int _examples;

    private TaskPrompt(TaskKeys keys, int examples)
    {
        _examples = examples;
        _text = DocumentField.Parse(keys, "doc_to_text");
        _target = DocumentField.Parse(keys, "doc_to_target") ?? throw keys.Fault("doc_to_target", "the key 'doc_to_target' is missing");
        _choices = DocumentField.Parse(keys, "doc_to_choice");
        TargetDelimiter = keys.Text("target_delimiter") ?? " ";
        FewShotDelimiter = keys.Text("fewshot_delimiter") ?? "\n\n";
        _description = keys.Text("description") is { Length: > 0 } description ? Template.Parse(description, keys.Fault("description", "").Place) : null;
    }

    /// <summary>What stands between a text and its target.</summary>
    public string TargetDelimiter { get; }

    /// <summary>What stands after each example; also the default of where a generation stops.</summary>
    public string FewShotDelimiter { get; }

    /// <summary>Whether the task has choices.</summary>
    public bool HasChoices => _choices is not null;

    /// <summary>Reads the keys of a prompt.</summary>
    public static TaskPrompt Parse(TaskKeys keys, int examples) => new(keys, examples);

    /// <summary>The whole prompt of a document.</summary>
    public string Context(TaskData data, TaskDocument document)
    {
        var result = new StringBuilder(_description?.Render(document.Variables));
        if (data.Examples.Count < _examples)
            throw new ArgumentException($"{_examples} examples are needed, the data has {data.Examples.Count}.", nameof(data));
        foreach (var example in data.Examples.Take(_examples))
            result.Append(Text(data, example)).Append(TargetDelimiter).Append(ExampleTarget(data, example)).Append(FewShotDelimiter);
        return result.Append(Text(data, document)).ToString();
    }

    /// <summary>The choices of a document.</summary>
    public IReadOnlyList<string> Choices(TaskData data, TaskDocument document) => _choices is null ? [] : _choices.AsChoices(document, data.Columns);

    /// <summary>The target of a document: a number, a text, or a list of either.</summary>
    /// <exception cref="TaskException">The row has none, or the key names a column that no row has.</exception>
    public Value Target(TaskData data, TaskDocument document)
    {
        if (_target.NameOfNoColumn(data.Columns) is { } name && !(HasChoices && Choices(data, document).Contains(name)))
            throw _target.Fault(document, $"no row has a column '{name}'");
        return _target.AsTarget(document, data.Columns, HasChoices);
    }

    /// <summary>The target of a document that must be a text.</summary>
    public string TargetText(TaskData data, TaskDocument document) => Target(data, document) is StringValue text
        ? text.Content
        : throw _target.Fault(document, "the target is not a text");

    private string Text(TaskData data, TaskDocument document)
    {
        if (_text?.NameOfNoColumn(data.Columns) is { } name)
            throw _text.Fault(document, $"no row has a column '{name}'");
        return _text?.AsText(document, data.Columns, HasChoices) switch
        {
            null => "",
            StringValue text => text.Content,
            IntValue => throw _text.Fault(document, "a whole number as text (multiple inputs) is not supported"),
            var value => throw _text.Fault(document, $"the text is a {value.TypeName}"),
        };
    }

    private string ExampleTarget(TaskData data, TaskDocument example)
    {
        var target = Target(data, example);
        if (target is ListValue { Items: [var first, ..] })
            target = first;
        if (!HasChoices || IntValue.Of(target) is not { } index)
            return target.Text;
        var choices = Choices(data, example);
        return index >= 0 && index < choices.Count ? choices[(int)index] : throw _target.Fault(example, $"the example's target {index} is no choice");
    }
}
