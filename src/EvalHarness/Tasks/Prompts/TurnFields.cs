using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Prompts;

/// <summary>What a turn is made of: a question, choices, an answer, and what stands between them.</summary>
internal sealed class TurnFields
{
    private readonly DocumentField? _text;
    private readonly DocumentField _target;
    private readonly DocumentField? _choices;
    private readonly DocumentField? _genPrefix;

    /// <summary>Reads the keys; what is absent is the fallback's.</summary>
    /// <param name="keys">The task's keys, or those of its <c>fewshot_config</c>.</param>
    /// <param name="fallback">The task's fields, where the keys are those of its <c>fewshot_config</c>.</param>
    public TurnFields(TaskKeys keys, TurnFields? fallback = null)
    {
        _text = DocumentField.Parse(keys, "doc_to_text") ?? fallback?._text;
        _target = DocumentField.Parse(keys, "doc_to_target") ?? fallback?._target ?? throw keys.Fault("doc_to_target", "the key 'doc_to_target' is missing");
        _choices = DocumentField.Parse(keys, "doc_to_choice") ?? fallback?._choices;
        _genPrefix = DocumentField.Parse(keys, "gen_prefix") ?? fallback?._genPrefix;
        TargetDelimiter = keys.Text("target_delimiter") ?? fallback?.TargetDelimiter ?? " ";
        FewShotDelimiter = keys.Text("fewshot_delimiter") ?? fallback?.FewShotDelimiter ?? "\n\n";
    }

    /// <summary>What stands between a text and its target.</summary>
    public string TargetDelimiter { get; }

    /// <summary>What stands after each example.</summary>
    public string FewShotDelimiter { get; }

    /// <summary>Whether there are choices.</summary>
    public bool HasChoices => _choices is not null;

    /// <summary>The question: a text, or the index of the choice that it is (WinoGrande).</summary>
    /// <exception cref="TaskException">It is neither, or the key names a column that no row has.</exception>
    public Value Question(TaskData data, TaskDocument document)
    {
        if (_text?.NameOfNoColumn(data.Columns) is { } name)
            throw _text.Fault(document, $"no row has a column '{name}'");
        return _text?.AsText(document, data.Columns, HasChoices) switch
        {
            null => new StringValue(""),
            StringValue text => text,
            IntValue index when HasChoices => index,
            var value => throw _text.Fault(document, $"the text is a {value.TypeName}"),
        };
    }

    /// <summary>The fault of a question that is the index of a choice where it has to be a text.</summary>
    public TaskException NoText(TaskDocument document) => _text!.Fault(document, "a whole number as text, which only multiple_choice has a meaning for");

    /// <summary>The choices of a document.</summary>
    public IReadOnlyList<string> Choices(TaskData data, TaskDocument document) => _choices is null ? [] : _choices.AsChoices(document, data.Columns);

    /// <summary>The choice of an index.</summary>
    public string Choice(TaskData data, TaskDocument document, Value index, string what)
    {
        var choices = Choices(data, document);
        return IntValue.Of(index) is { } at && at >= 0 && at < choices.Count ? choices[(int)at] : throw _target.Fault(document, $"the example's {what} {index.Literal} is no choice");
    }

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

    /// <summary>The answer of an example: of several right ones the first; an index stands for its choice.</summary>
    public string Answer(TaskData data, TaskDocument example)
    {
        var target = Target(data, example);
        if (target is ListValue { Items: [var first, ..] })
            target = first;
        return HasChoices && IntValue.Of(target) is not null ? Choice(data, example, target, "target") : target.Text;
    }

    /// <summary>How the answer begins; empty where the task does not say.</summary>
    public string GenPrefix(TaskData data, TaskDocument document) => _genPrefix?.AsText(document, data.Columns, hasChoices: false).Text ?? "";
}
