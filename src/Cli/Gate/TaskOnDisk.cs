using Loragate.Artifacts;
using Loragate.EvalHarness.Tasks;
using Loragate.Governance.Policies;

namespace Loragate.Cli.Gate;

/// <summary>A task of a policy as it lies on the disk.</summary>
/// <param name="Planned">The policy's words.</param>
/// <param name="Path">The task file.</param>
/// <param name="Task">The task.</param>
/// <param name="Data">Its data; null where no folder of data was given.</param>
/// <param name="Rows">The carried columns of every row that is scored and repeats no earlier one; null without data.</param>
internal sealed record TaskOnDisk(PolicyTask Planned, string Path, EvaluationTask Task, TaskData? Data, IReadOnlyList<IReadOnlyDictionary<string, string>>? Rows)
{
    /// <summary>Reads a task file and, where a folder of data is given, its data.</summary>
    /// <exception cref="MalformedInputException">A task file or its data is malformed.</exception>
    public static TaskOnDisk Read(Policy policy, PolicyTask planned, string? dataRoot)
    {
        var path = policy.PathOf(planned.Name);
        var task = EvaluationTask.Load(path);
        var data = dataRoot is null ? null : task.Read(dataRoot, planned.Limit);
        return new TaskOnDisk(planned, path, task, data, data is null ? null : RowsOf(task, data, policy.FieldsOf(planned.Name)));
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

    private static List<IReadOnlyDictionary<string, string>> RowsOf(EvaluationTask task, TaskData data, IReadOnlyList<string> fields)
    {
        var repeated = RepeatedItems.Find(task, data, fields).ToHashSet();
        return [.. data.Documents.Where(document => !repeated.Contains(document.Id)).Select(document => fields.ToDictionary(field => field, document.Field, StringComparer.Ordinal))];
    }
}
