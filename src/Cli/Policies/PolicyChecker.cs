using Loragate.Artifacts;
using Loragate.Cli.Gate;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Reviewing;
using Loragate.Governance.Yaml;

namespace Loragate.Cli.Policies;

/// <summary>Reads a policy with its tasks and data as a gate would, and goes on after a fault, so that all are told at once.</summary>
internal sealed class PolicyChecker(Policy policy, string? dataRoot)
{
    private readonly List<YamlFault> _faults = [];

    /// <summary>Whether all that is wrong is that files are others than the policy pins.</summary>
    public bool OnlyPinsDiffer { get; private set; } = true;

    public PolicyCheck Check()
    {
        var read = policy.Tasks.Values.Select(Read).OfType<TaskOnDisk>().ToDictionary(task => task.Planned.Name, StringComparer.Ordinal);
        var powers = policy.StatisticalRules.Select(rule => RulePower.Of(policy, rule, read.GetValueOrDefault(rule.Measure.Task)?.Rows)).ToList();
        foreach (var rule in policy.StatisticalRules)
        {
            if (read.GetValueOrDefault(rule.Measure.Task)?.FaultOf(rule) is { } fault)
                AddFault(policy.LineOf(rule), fault);
        }
        foreach (var power in powers.Where(power => read.ContainsKey(power.Task) && power.Fault is not null))
            AddFault(power.Line, power.Fault!);
        return new PolicyCheck(
            policy.Identity,
            [.. _faults.OrderBy(fault => fault.Line)],
            PolicyReview.Warnings(policy),
            [.. read.Values.Select(task => new TaskPinning(task.Planned.Name, policy.LineOf(task.Planned), task.Task.TaskDigest, task.Data?.Digest, task.Data?.Rows, task.Planned.Pin is not null))],
            powers);
    }

    private TaskOnDisk? Read(PolicyTask planned)
    {
        try
        {
            var task = TaskOnDisk.Read(policy, planned, dataRoot);
            _faults.AddRange(task.OtherThanPinned().Select(other => new YamlFault(policy.LineOf(planned), other.Message)));
            return task;
        }
        catch (MalformedInputException e)
        {
            AddFault(policy.LineOf(planned), $"the task '{planned.Name}': {e.Message}");
            return null;
        }
    }

    private void AddFault(int line, string message)
    {
        OnlyPinsDiffer = false;
        _faults.Add(new YamlFault(line, message));
    }
}
