using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Prompts;

/// <summary>
/// Puts a prompt together as lm-evaluation-harness does (lm_eval/api/task.py, fewshot_context): the description, then for each example text,
/// target_delimiter, target and fewshot_delimiter, then the document's own text, then the beginning of its answer (gen_prefix).
/// </summary>
internal sealed class TaskPrompt
{
    private readonly TurnFields _fields;
    private readonly TurnFields _exampleFields;
    private readonly DocumentField? _description;
    private readonly bool _delimitsInChat;

    /// <summary>Reads the keys of a prompt.</summary>
    /// <param name="keys">The task's keys.</param>
    /// <param name="examples">The keys of its <c>fewshot_config</c>; null where there are none.</param>
    public TaskPrompt(TaskKeys keys, TaskKeys? examples)
    {
        _fields = new TurnFields(keys);
        _exampleFields = examples is null ? _fields : new TurnFields(examples, _fields);
        _description = DocumentField.Parse(keys, "description");
        _delimitsInChat = keys.Text("gen_prefix") is { Length: > 0 } prefix && !Seam.EndsInWhiteSpace(prefix);
    }

    /// <summary>What stands after each example; also the default of where a generation stops.</summary>
    public string FewShotDelimiter => _fields.FewShotDelimiter;

    /// <summary>Whether the task has choices.</summary>
    public bool HasChoices => _fields.HasChoices;

    /// <summary>What stands between a prompt and its answer: in a chat the turn's own mark does.</summary>
    public string AnswerDelimiter(PromptStyle style) => style.MarksTurns && !_delimitsInChat ? "" : _fields.TargetDelimiter;

    /// <summary>The whole prompt of a document.</summary>
    public string Context(TaskData data, TaskDocument document, PromptStyle style)
    {
        var question = _fields.Question(data, document) as StringValue ?? throw _fields.NoText(document);
        return style.Render([.. Before(data, document, style), .. Open(question.Content, _fields.TargetDelimiter, _fields.GenPrefix(data, document))], document.Place);
    }

    /// <summary>The prompts of a document whose choices are what is asked, one a choice; the answer is the same after each.</summary>
    public IReadOnlyList<string> Contexts(TaskData data, TaskDocument document, PromptStyle style)
    {
        var before = Before(data, document, style);
        var prefix = _fields.GenPrefix(data, document);
        return [.. _fields.Choices(data, document).Select(choice => style.Render([.. before, .. Open(choice, "", prefix)], document.Place))];
    }

    /// <summary>Which choice the question of a document is, where its choices are what is asked; null where its question is a text.</summary>
    public Value? Asked(TaskData data, TaskDocument document) => HasChoices && _fields.Question(data, document) is IntValue index ? index : null;

    /// <inheritdoc cref="TurnFields.Choices"/>
    public IReadOnlyList<string> Choices(TaskData data, TaskDocument document) => _fields.Choices(data, document);

    /// <inheritdoc cref="TurnFields.Target"/>
    public Value Target(TaskData data, TaskDocument document) => _fields.Target(data, document);

    /// <inheritdoc cref="TurnFields.TargetText"/>
    public string TargetText(TaskData data, TaskDocument document) => _fields.TargetText(data, document);

    private List<Message> Before(TaskData data, TaskDocument document, PromptStyle style)
    {
        var messages = new List<Message>();
        var description = _description?.AsText(document, data.Columns, hasChoices: false).Text ?? "";
        if (Seam.Join(style.SystemInstruction, description, FewShotDelimiter) is { Length: > 0 } system)
            messages.Add(new Message(Message.System, system));

        // The harness takes the beginning of an example's answer from the document that is asked.
        foreach (var example in document.Examples)
            messages.AddRange(Answered(data, example, _exampleFields.GenPrefix(data, document)));
        return messages;
    }

    private IEnumerable<Message> Answered(TaskData data, TaskDocument example, string prefix)
    {
        var question = _exampleFields.Question(data, example) switch
        {
            StringValue text => text.Content,
            var index => _exampleFields.Choice(data, example, index, "text"),
        };
        var answer = _exampleFields.Answer(data, example);
        var delimiter = prefix.Length == 0 ? (answer.Length > 0 ? _exampleFields.TargetDelimiter : "") : Seam.IsBare(question, prefix) ? _exampleFields.TargetDelimiter : "";
        var answered = answer.Length > 0 ? new Message(Message.Assistant, Seam.Join(prefix, answer, " "), _exampleFields.FewShotDelimiter) : new Message(Message.Assistant, prefix);
        return answered.Content.Length > 0 ? [new Message(Message.User, question, delimiter), answered] : [new Message(Message.User, question, delimiter)];
    }

    private static IEnumerable<Message> Open(string question, string delimiter, string prefix) => prefix.Length == 0
        ? [new Message(Message.User, question)]
        : [new Message(Message.User, question, Seam.IsBare(question, prefix) ? delimiter : ""), new Message(Message.Assistant, prefix)];
}
