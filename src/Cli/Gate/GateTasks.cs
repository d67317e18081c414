using Loragate.Artifacts;
using Loragate.Artifacts.Records.Planning;
using Loragate.EvalHarness.Evaluating;
using Loragate.Governance.Policies;

namespace Loragate.Cli.Gate;

/// <summary>The tasks of a policy, read before any work: they are the ones that the policy pins, and have the rows that its power calculations ask for.</summary>
/// <param name="ByName">What is asked, by the policy's names.</param>
/// <param name="Plan">What will be measured and how it will be judged.</param>
internal sealed record GateTasks(IReadOnlyDictionary<string, EvaluationQuestion> ByName, EvaluationPlan Plan)
{
    /// <summary>Reads task files and data.</summary>
    /// <exception cref="IntegrityException">A task file or its data is another than the policy pins.</exception>
    /// <exception cref="UnderpoweredPlanException">There are too few rows; a row that repeats an earlier one does not count.</exception>
    /// <exception cref="MalformedInputException">A task file or its data is malformed.</exception>
    public static GateTasks Load(Policy policy, string dataRoot, Action<string> say)
    {
        var tasks = new Dictionary<string, EvaluationQuestion>(StringComparer.Ordinal);
        var rows = new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal);
        var measured = new List<PlannedTask>();
        foreach (var planned in policy.Tasks.Values.OrderBy(task => task.Name, StringComparer.Ordinal))
        {
            var read = TaskOnDisk.Read(policy, planned, dataRoot);
            if (read.OtherThanPinned().FirstOrDefault() is { } other)
                throw other;
            if (planned.Pin is null)
                say($"The policy leaves open what '{planned.Name}' is measured with. To pin it: sha256: {{task: {read.Task.TaskDigest}, data: {read.Data!.Digest}}}");
            tasks.Add(planned.Name, read.Question!);
            measured.Add(new PlannedTask(planned.Name, read.Task.TaskDigest, read.Data!.Digest, read.Data.Documents.Count));
            rows.Add(planned.Name, read.Rows!);
        }
        return new GateTasks(tasks, PowerPlan.Of(policy, measured, rows));
    }
}
