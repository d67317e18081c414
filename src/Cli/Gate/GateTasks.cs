using Loragate.Artifacts;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Tasks;
using Loragate.Governance.Policies;

namespace Loragate.Cli.Gate;

/// <summary>The tasks of a policy, read before any work: they are the ones that the policy pins, and have the rows that its power calculations ask for.</summary>
internal static class GateTasks
{
    /// <summary>Reads task files and data.</summary>
    /// <exception cref="IntegrityException">A task file or its data is another than the policy pins.</exception>
    /// <exception cref="UnderpoweredPlanException">There are too few rows; a row that repeats an earlier one does not count.</exception>
    /// <exception cref="MalformedInputException">A task file or its data is malformed.</exception>
    public static IReadOnlyDictionary<string, EvaluationQuestion> Load(Policy policy, string dataRoot, Action<string> say)
    {
        var tasks = new Dictionary<string, EvaluationQuestion>(StringComparer.Ordinal);
        var rows = new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal);
        foreach (var planned in policy.Tasks.Values)
        {
            var task = EvaluationTask.Load(policy.PathOf(planned.Name));
            var question = EvaluationQuestion.Read(task, new EvaluationScope(dataRoot, planned.Limit, policy.FieldsOf(planned.Name), Settings(planned.Prompt)));
            CheckPin(planned, policy.PathOf(planned.Name), task, question.Data, say);
            tasks.Add(planned.Name, question);
            rows.Add(planned.Name, Rows(question));
        }
        PowerPlan.Check(policy, rows);
        return tasks;
    }

    private static PromptSettings Settings(PolicyPrompt prompt) => new()
    {
        ChatTemplate = prompt.Chat != ChatForm.None,
        MultiTurn = prompt.Chat == ChatForm.MultiTurn,
        SystemInstruction = prompt.System ?? "",
    };

    private static void CheckPin(PolicyTask planned, string path, EvaluationTask task, TaskData data, Action<string> say)
    {
        if (planned.Pin is not { } pin)
            say($"The policy leaves open what '{planned.Name}' is measured with. To pin it: sha256: {{task: {task.TaskDigest}, data: {data.Digest}}}");
        else if (task.TaskDigest != pin.Task)
            throw new IntegrityException(path, $"SHA-256 {task.TaskDigest} where the policy pins {pin.Task} for the task '{planned.Name}'");
        else if (data.Digest != pin.Data)
            throw new IntegrityException($"the data of '{planned.Name}'", $"SHA-256 {data.Digest} where the policy pins {pin.Data}");
    }

    private static List<IReadOnlyDictionary<string, string>> Rows(EvaluationQuestion question)
    {
        var repeated = RepeatedItems.Find(question.Task, question.Data, question.Fields).ToHashSet();
        return [.. question.Data.Documents.Where(document => !repeated.Contains(document.Id)).Select(document => question.Fields.ToDictionary(field => field, document.Field, StringComparer.Ordinal))];
    }
}
