using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Policies;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>Holds the plan that a decision rests on against what was judged: whoever logs one plan and decides by another has fixed nothing.</summary>
internal static class PlanEvidence
{
    private const string Float32 = "float32";

    private static readonly SortedDictionary<string, string> NoFields = [];

    /// <summary>What does not hold of a decision's plan; null where it is the one that policy, tasks and items ask for, or nothing was merged and so nothing scored.</summary>
    /// <param name="records">The decision and what it rests on.</param>
    /// <param name="policy">The policy that was applied.</param>
    public static VerificationFinding? Finding(FinishedDossier records, Policy policy)
    {
        if (records is { Plan: null, Receipt: null, Base.Count: 0, Candidate.Count: 0 })
            return null;
        var fault = records.Plan is { } plan ? Fault(plan.Record, policy, records) : "the decision rests on scores and on no plan that was fixed before them";
        return fault is null ? null : new VerificationFinding(SignatureFault.OtherSubject, Dossier.PlanFile, fault);
    }

    /// <summary>Makes the plan again, as the gate did from the tasks' files: the type to compute in is no policy's to say.</summary>
    private static string? Fault(EvaluationPlan plan, Policy policy, FinishedDossier records)
    {
        var scored = records.Candidate.ToDictionary(FinishedDossier.TaskOf, report => report.Record, StringComparer.Ordinal);
        var tasks = scored.Where(task => policy.Tasks.ContainsKey(task.Key)).OrderBy(task => task.Key, StringComparer.Ordinal).Select(task => new PlannedTask(task.Key, task.Value.Task.TaskDigest, task.Value.Task.DataDigest, task.Value.Items.Count));
        try
        {
            var asked = PowerPlan.Of(policy, [.. tasks], scored.ToDictionary(task => task.Key, task => RowsOf(task.Value), StringComparer.Ordinal)) with { DType = plan.DType };
            return PowerPlan.Difference(plan, asked) is { } difference ? $"it is not the plan that the policy asks for of what was scored: {difference}"
                : plan.DType is null ? OtherType(records) : null;
        }
        catch (UnderpoweredPlanException e)
        {
            return $"no plan was possible for what was scored: {e.Message}";
        }
    }

    /// <summary>A report that was computed here in another type than float32, which a plan means that names none: the nicer of two types would decide.</summary>
    private static string? OtherType(FinishedDossier records) => records.Base.Concat(records.Candidate)
        .Where(report => report.Record is { Imported: null, Remote: null } own && !own.Engine.Procedure.Split('/').Contains(Float32))
        .Select(report => $"it asks for scores in {Float32}, and '{report.Record.Task.Name}' was scored by {report.Record.Engine.Procedure}").FirstOrDefault();

    /// <summary>The carried columns of every row that repeats no earlier one.</summary>
    private static IReadOnlyList<IReadOnlyDictionary<string, string>> RowsOf(EvaluationReport report)
    {
        var repeated = report.Repeated.ToHashSet();
        return [.. report.Items.Where(item => !repeated.Contains(item.Id)).Select(item => item.Fields ?? NoFields)];
    }
}
