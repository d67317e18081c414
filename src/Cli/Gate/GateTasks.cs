using Loragate.Artifacts;
using Loragate.Artifacts.Records.Planning;
using Loragate.EvalHarness.Tasks;
using Loragate.Governance.Policies;

namespace Loragate.Cli.Gate;

/// <summary>The tasks of a policy, read before any work: they are the ones that the policy pins, and have the rows that its power calculations ask for.</summary>
/// <param name="ByName">The tasks by the policy's names.</param>
/// <param name="Plan">What will be measured and how it will be judged.</param>
internal sealed record GateTasks(IReadOnlyDictionary<string, EvaluationTask> ByName, EvaluationPlan Plan)
{
    /// <summary>Reads task files and data.</summary>
    /// <exception cref="IntegrityException">A task file or its data is another than the policy pins.</exception>
    /// <exception cref="UnderpoweredPlanException">There are too few rows; a row that repeats an earlier one does not count.</exception>
    /// <exception cref="MalformedInputException">A task file or its data is malformed.</exception>
    public static GateTasks Load(Policy policy, string dataRoot, Action<string> say)
    {
        var tasks = new Dictionary<string, EvaluationTask>(StringComparer.Ordinal);
        var rows = new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal);
        var measured = new List<PlannedTask>();
        foreach (var planned in policy.Tasks.Values.OrderBy(task => task.Name, StringComparer.Ordinal))
        {
            var task = EvaluationTask.Load(policy.PathOf(planned.Name));
            var data = task.Read(dataRoot, planned.Limit);
            CheckPin(planned, policy.PathOf(planned.Name), task, data, say);
            tasks.Add(planned.Name, task);
            measured.Add(new PlannedTask(planned.Name, task.TaskDigest, data.Digest, data.Documents.Count));
            rows.Add(planned.Name, Rows(task, data, policy.FieldsOf(planned.Name)));
        }
        return new GateTasks(tasks, PowerPlan.Of(policy, measured, rows));
    }

    private static void CheckPin(PolicyTask planned, string path, EvaluationTask task, TaskData data, Action<string> say)
    {
        if (planned.Pin is not { } pin)
            say($"The policy leaves open what '{planned.Name}' is measured with. To pin it: sha256: {{task: {task.TaskDigest}, data: {data.Digest}}}");
        else if (task.TaskDigest != pin.Task)
            throw new IntegrityException(path, $"SHA-256 {task.TaskDigest} where the policy pins {pin.Task} for the task '{planned.Name}'");
        else if (data.Digest != pin.Data)
            throw new IntegrityException($"the data of '{planned.Name}'", $"SHA-256 {data.Digest} where the policy pins {pin.Data}");
    }

    private static List<IReadOnlyDictionary<string, string>> Rows(EvaluationTask task, TaskData data, IReadOnlyList<string> fields)
    {
        var repeated = RepeatedItems.Find(task, data, fields).ToHashSet();
        return [.. data.Documents.Where(document => !repeated.Contains(document.Id)).Select(document => fields.ToDictionary(field => field, document.Field, StringComparer.Ordinal))];
    }
}
