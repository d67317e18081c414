using Loragate.Artifacts;
using Loragate.Artifacts.Records.Planning;
using Loragate.EvalHarness.Evaluating;
using Loragate.Governance.Policies;
using Loragate.Governance.Yaml;

namespace Loragate.Cli.Gate;

/// <summary>The tasks of a policy, read before any work: they are the ones that the policy pins, and have the rows that its power calculations ask for.</summary>
/// <param name="ByName">What is asked, by the policy's names.</param>
/// <param name="Plan">What will be measured and how it will be judged.</param>
internal sealed record GateTasks(IReadOnlyDictionary<string, EvaluationQuestion> ByName, EvaluationPlan Plan)
{
    /// <summary>Reads task files and data.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="file">Its file, for messages.</param>
    /// <param name="dataRoot">The folder of the data.</param>
    /// <param name="say">Hears what can be pinned.</param>
    /// <exception cref="IntegrityException">A task file or its data is another than the policy pins.</exception>
    /// <exception cref="PolicyException">A rule reads a score that the items do not have.</exception>
    /// <exception cref="UnderpoweredPlanException">There are too few rows; a row that repeats an earlier one does not count.</exception>
    /// <exception cref="MalformedInputException">A task file or its data is malformed.</exception>
    public static GateTasks Load(Policy policy, string file, string dataRoot, Action<string> say)
    {
        var tasks = new Dictionary<string, EvaluationQuestion>(StringComparer.Ordinal);
        var rows = new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal);
        var measured = new List<PlannedTask>();
        var faults = new List<YamlFault>();
        foreach (var planned in policy.Tasks.Values.OrderBy(task => task.Name, StringComparer.Ordinal))
        {
            var read = TaskOnDisk.Read(policy, planned, dataRoot);
            if (read.OtherThanPinned().FirstOrDefault() is { } other)
                throw other;
            if (planned.Pin is null)
                say($"The policy leaves open what '{planned.Name}' is measured with. To pin it: sha256: {{task: {read.Task.TaskDigest}, data: {read.Data!.Digest}}}");
            faults.AddRange(policy.StatisticalRules.Where(rule => rule.Measure.Task == planned.Name).Select(rule => (rule, fault: read.FaultOf(rule))).Where(pair => pair.fault is not null).Select(pair => new YamlFault(policy.LineOf(pair.rule), pair.fault!)));
            tasks.Add(planned.Name, read.Question!);
            measured.Add(new PlannedTask(planned.Name, read.Task.TaskDigest, read.Data!.Digest, read.Data.Documents.Count));
            rows.Add(planned.Name, read.Rows!);
        }
        if (faults.Count > 0)
            throw new PolicyException(file, [.. faults.OrderBy(fault => fault.Line)]);
        return new GateTasks(tasks, PowerPlan.Of(policy, measured, rows));
    }
}
