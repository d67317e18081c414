using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Ledger;

namespace Loragate.Governance.Publication;

/// <summary>What the ledger holds of a decision, its report or its release besides digests: all that an auditor of the ledger needs (docs/formats/ledger.v1.md).</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Gate">The hint of the gate's key; null for an unsigned gate.</param>
/// <param name="Quorum">Whom the policy asks; null for nobody.</param>
/// <param name="Trust">The trust policy, and so the next three; null without one.</param>
/// <param name="Authors">The ids of who made the adapter.</param>
/// <param name="Basis">What approvals are bound to.</param>
/// <param name="Approvals">Those that counted.</param>
/// <param name="Waivers">Those that hold; null for none.</param>
/// <param name="AuthorsMayApprove">true where the policy lets authors approve; null where it does not.</param>
/// <param name="Release">The release's number; null in other entries.</param>
/// <param name="Revocation">The entry of the last revocation of a release with exactly the adapter, of which the decision knew; null where it knew of none.</param>
public sealed record DecisionData(
    Verdict Verdict,
    LoggedIdentity Policy,
    Digest? Gate = null,
    IReadOnlyList<RoleDemand>? Quorum = null,
    LoggedIdentity? Trust = null,
    IReadOnlyList<string>? Authors = null,
    Digest? Basis = null,
    IReadOnlyList<LoggedApproval>? Approvals = null,
    IReadOnlyList<LoggedWaiver>? Waivers = null,
    bool? AuthorsMayApprove = null,
    int? Release = null,
    long? Revocation = null)
{
    /// <summary>The type of a decision's entry.</summary>
    public const string EntryType = "decision";

    /// <summary>The data of a decision.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="gate">The hint of the gate's key; null for an unsigned gate.</param>
    public static DecisionData Of(Decision decision, Digest? gate)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var valid = decision.Waivers?.Where(waiver => waiver.State == WaiverState.Valid).Select(ToLogged).ToList();
        return new DecisionData(
            decision.Verdict,
            new LoggedIdentity(decision.Policy.Name, decision.Policy.Version, decision.Policy.Digest),
            gate,
            decision.Quorum?.Select(role => new RoleDemand(role.Role, role.People)).ToList(),
            decision.Trust is { } trust ? new LoggedIdentity(trust.Name, trust.Version, trust.Digest) : null,
            decision.Authors,
            decision.Trust is null ? null : ApprovalBasis.Of(decision).ComputeDigest(),
            decision.Approvals?.Where(approval => approval.State == ApprovalState.Counted).Select(ToLogged).ToList(),
            valid is { Count: > 0 } ? valid : null,
            decision.AuthorsMayApprove,
            Revocation: decision.Revocation?.Entry);
    }

    /// <summary>What an entry of a gate says; null for one that no gate writes.</summary>
    public static DecisionData? Read(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        try
        {
            return entry.Data.Deserialize<DecisionData>(RecordJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether another entry says exactly the same.</summary>
    public bool SaysSameAs(DecisionData other) => RecordJson.Canonical(this).AsSpan().SequenceEqual(RecordJson.Canonical(other));

    /// <summary>As an entry holds it.</summary>
    public JsonElement ToElement() => JsonSerializer.SerializeToElement(this, RecordJson.Options);

    private static LoggedApproval ToLogged(ApprovalResult approval) => new(approval.Signer!, approval.Role!, approval.Key!.Value, approval.Outcome!.Value, approval.Bundle);

    private static LoggedWaiver ToLogged(WaiverResult waiver) =>
        new(waiver.Rule!, waiver.Id, [.. waiver.Signatures.Select(signature => new LoggedSignature(signature.Signer, signature.Key, signature.Bundle))], waiver.Until!.Value);
}
