using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Policies;
using Loragate.Governance.Publication;

namespace Loragate.Cli.Gate;

/// <summary>The plan of a gate: written to the dossier and logged before the first item is scored, and from then on the only one that the dossier is judged by.</summary>
internal sealed class FixedPlan(Tool tool, Dossier dossier, LedgerWriter? ledger)
{
    /// <summary>Fixes a plan. Scores that lie in the dossier without a plan, or with one that this ledger does not hold, may have been seen before it was fixed, so they go.</summary>
    /// <exception cref="IntegrityException">The dossier holds scores that were made by another plan.</exception>
    public FiledRecord<EvaluationPlan> Fix(EvaluationPlan plan, Policy policy, AdapterIdentity adapter, CancellationToken cancellationToken)
    {
        var earlier = dossier.TryRead<EvaluationPlan>(Dossier.PlanFile);
        if (earlier is null || ledger is not null && !DossierProofs.IsPlanLogged(dossier.Folder, ledger.Verifier))
            RemoveScores(earlier is null ? "without a plan" : "with a plan of which nothing proves that this ledger holds it");
        else if (dossier.HasScores && PowerPlan.Difference(earlier, plan) is { } difference)
            throw new IntegrityException(dossier.PathTo(Dossier.PlanFile), $"this plan was fixed before the dossier's scores were made, and now another is asked for ({difference}): judge by the old policy, tasks and data, or use a new --dossier");
        dossier.Write(Dossier.PlanFile, plan);
        ledger?.Log(PlanEntry.Of(plan, policy.Identity, adapter, tool.Clock.GetUtcNow()), dossier.PathTo(DossierProofs.PlanProof), cancellationToken);
        tool.Screen.Say($"Plan fixed{(ledger is null ? "" : " and logged")}: {plan.Rules.Count} statistical rules, {plan.Tasks.Sum(task => (long)task.Items)} items, SHA-256 {plan.ComputeDigest()}.");
        return new FiledRecord<EvaluationPlan>(Dossier.PlanFile, plan);
    }

    /// <summary>Takes away what was scored before the plan, and says so.</summary>
    private void RemoveScores(string found)
    {
        if (dossier.HasScores)
            tool.Screen.Say($"The scores in {dossier.Folder} lie there {found}: they may have been seen before it was fixed, so they are made again.");
        dossier.RemoveReports();
    }
}
