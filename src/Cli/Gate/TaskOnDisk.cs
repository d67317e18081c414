using Loragate.Artifacts;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Rules;
using Loragate.Governance.Statistics;

namespace Loragate.Cli.Gate;

/// <summary>A task of a policy as it lies on the disk.</summary>
/// <param name="Planned">The policy's words.</param>
/// <param name="Path">The task file.</param>
/// <param name="Task">The task.</param>
/// <param name="Question">What is asked; null where no folder of data was given.</param>
/// <param name="Rows">The carried columns of every row that is scored and repeats no earlier one; null without data.</param>
internal sealed record TaskOnDisk(PolicyTask Planned, string Path, EvaluationTask Task, EvaluationQuestion? Question, IReadOnlyList<IReadOnlyDictionary<string, string>>? Rows)
{
    private const string MultipleChoice = "multiple_choice";

    /// <summary>Its data; null where no folder of data was given.</summary>
    public TaskData? Data => Question?.Data;

    /// <summary>Reads a task file and, where a folder of data is given, its data.</summary>
    /// <exception cref="MalformedInputException">A task file or its data is malformed.</exception>
    public static TaskOnDisk Read(Policy policy, PolicyTask planned, string? dataRoot)
    {
        var path = policy.PathOf(planned.Name);
        var task = EvaluationTask.Load(path);
        var question = dataRoot is null ? null : EvaluationQuestion.Read(task, new EvaluationScope(dataRoot, planned.Limit, policy.FieldsOf(planned.Name), Settings(planned.Prompt)));
        return new TaskOnDisk(planned, path, task, question, question is null ? null : RowsOf(question));
    }

    /// <summary>Why a rule cannot read its items' scores; null where it can. A rule may also read the log-likelihood of an item that is one whole text.</summary>
    public string? FaultOf(StatisticalRule rule)
    {
        var metric = rule.Measure.Metric;
        if (!rule.ReadsScores)
            return Task.OutputType == MultipleChoice ? OtherPeople(rule) : $"the rule '{rule.Id}' reads which choice is the likeliest, and '{Planned.Name}' has no choices";
        if (Task.ScoreNames.Contains(metric) || (metric == "loglikelihood" && Task.OutputType.StartsWith("loglikelihood", StringComparison.Ordinal)))
            return OtherDirection(rule) ?? Imbalance(rule);
        return $"the rule '{rule.Id}' reads the metric '{metric}', which the items of '{Planned.Name}' do not have; they have {string.Join(", ", Task.ScoreNames)}";
    }

    /// <summary>A worse model must not pass as a better one: whether more or less of a score is better is the task's to say, else the score's nature.</summary>
    private string? OtherDirection(StatisticalRule rule) => (rule.DemandsMore, Task.HigherIsBetter(rule.Measure.Metric)) switch
    {
        (true, false) => $"the rule '{rule.Id}' asks for more of '{rule.Measure.Metric}', of which less is better in '{Planned.Name}': a rule that compares with the base says 'better: lower'",
        (false, true) => $"the rule '{rule.Id}' asks for less of '{rule.Measure.Metric}', of which more is better in '{Planned.Name}': leave 'better' out, or let the task say 'higher_is_better: false'",
        _ => null,
    };

    /// <summary>A gap over unequal groups is none: a model that is right or wrong about both alike would have one.</summary>
    private string? Imbalance(StatisticalRule rule) =>
        Question is { } question && Task.Imbalance(rule.Measure.Metric, Counted(question).Zip(Rows!).Where(row => rule.Measure.Selects(row.Second)).Select(row => row.First)) is { } fault
            ? $"the rule '{rule.Id}': {fault}"
            : null;

    /// <summary>Groups, choices and right answers by which a rule of fairness would never be decided.</summary>
    private string? OtherPeople(StatisticalRule rule)
    {
        if (rule is not GroupFairnessRule fairness || Question is not { } question)
            return null;
        var people = new List<GroupOutcome>();
        foreach (var (document, fields) in Counted(question).Zip(Rows!).Where(row => rule.Measure.Selects(row.Second)))
        {
            var item = Task.Prepare(question.Data, document with { Examples = [] });
            if (item.Choices.Count <= fairness.Positive)
                return $"the rule '{rule.Id}' takes the choice {fairness.Positive} for the positive one, and {document.Place} has {item.Choices.Count} choices, counted from 0";
            if (item.Gold is null && fairness.Fairness != FairnessMeasure.SelectionRate)
                return $"the rule '{rule.Id}' compares with the right choice, and {document.Place} has none, or several";
            people.Add(new GroupOutcome(fields[rule.Measure.Slices!], IsSelected: false, item.Gold == fairness.Positive));
        }
        return fairness.FaultOf(people) is { } fault ? $"the rule '{rule.Id}' would never be decided: {fault.TrimEnd('.')}" : null;
    }

    /// <summary>What is another than the policy pins.</summary>
    public IEnumerable<IntegrityException> OtherThanPinned()
    {
        if (Planned.Pin is not { } pin)
            yield break;
        if (Task.TaskDigest != pin.Task)
            yield return new IntegrityException(Path, $"SHA-256 {Task.TaskDigest} where the policy pins {pin.Task} for the task '{Planned.Name}'");
        if (Data is not null && Data.Digest != pin.Data)
            yield return new IntegrityException($"the data of '{Planned.Name}'", $"SHA-256 {Data.Digest} where the policy pins {pin.Data}");
    }

    private static PromptSettings Settings(PolicyPrompt prompt) => new()
    {
        ChatTemplate = prompt.Chat != ChatForm.None,
        MultiTurn = prompt.Chat == ChatForm.MultiTurn,
        SystemInstruction = prompt.System ?? "",
    };

    private static List<IReadOnlyDictionary<string, string>> RowsOf(EvaluationQuestion question) =>
        [.. Counted(question).Select(document => question.Fields.ToDictionary(field => field, document.Field, StringComparer.Ordinal))];

    /// <summary>The rows that are scored and repeat no earlier one, looked for when they are asked for: few metrics ask how rows are balanced.</summary>
    private static IEnumerable<TaskDocument> Counted(EvaluationQuestion question)
    {
        var repeated = RepeatedItems.Find(question.Task, question.Data, question.Fields).ToHashSet();
        foreach (var document in question.Data.Documents.Where(document => !repeated.Contains(document.Id)))
            yield return document;
    }
}
