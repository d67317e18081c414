using System.Text.Json;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;

namespace Loragate.Governance.Publication;

/// <summary>What the ledger holds of a plan: logged before the first item is scored, so that a plan which was made to fit the scores stands after them.</summary>
public static class PlanEntry
{
    /// <summary>The type of the entry.</summary>
    public const string EntryType = "plan";

    /// <summary>The entry of a plan for an adapter.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="policy">The policy that it comes from.</param>
    /// <param name="adapter">The adapter that will be judged by it.</param>
    /// <param name="time">When.</param>
    public static LedgerEntry Of(EvaluationPlan plan, PolicyIdentity policy, AdapterIdentity adapter, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(adapter);
        var data = JsonSerializer.SerializeToElement(new { Policy = new LoggedIdentity(policy.Name, policy.Version, policy.Digest) }, RecordJson.Options);
        return new LedgerEntry(EntryType, time, [new(adapter.Name, adapter.Digest), new(Dossier.PlanFile, plan.ComputeDigest())], [], data);
    }

    /// <summary>Whether a plan was logged for what a decision judges: the same adapter, by the same policy.</summary>
    /// <param name="plan">The plan's entry.</param>
    /// <param name="decision">The decision's entry.</param>
    internal static bool IsFor(LedgerEntry plan, LedgerEntry decision) =>
        plan.Subjects[0] == decision.Subjects[0] && PolicyIn(plan) is { } planned && PolicyIn(decision) is { } applied && JsonElement.DeepEquals(planned, applied);

    private static JsonElement? PolicyIn(LedgerEntry entry) => entry.Data.TryGetProperty("policy", out var policy) ? policy : null;
}
