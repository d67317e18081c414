using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;

namespace Loragate.Governance.Publication;

/// <summary>What the ledger holds of a decision besides digests: all that an auditor of the ledger needs (docs/formats/ledger.v1.md).</summary>
public static class DecisionEntry
{
    /// <summary>The type of the entry.</summary>
    public const string Type = "decision";

    /// <summary>The data of a decision's, report's or release's entry.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="gate">The hint of the gate's key; null for an unsigned gate.</param>
    public static JsonObject Data(Decision decision, Digest? gate)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var data = new JsonObject
        {
            ["verdict"] = decision.Verdict.ToString().ToLowerInvariant(),
            ["policy"] = Identity(decision.Policy.Name, decision.Policy.Version, decision.Policy.Digest),
        };
        if (gate is { } key)
            data["gate"] = key.Hex;
        if (decision.Quorum is { } quorum)
            data["quorum"] = new JsonArray([.. quorum.Select(role => new JsonObject { ["role"] = role.Role, ["people"] = role.People })]);
        if (decision.Trust is not { } trust)
            return data;
        data["trust"] = Identity(trust.Name, trust.Version, trust.Digest);
        data["authors"] = new JsonArray([.. decision.Authors!.Select(author => JsonValue.Create(author))]);
        data["basis"] = ApprovalBasis.Of(decision).ComputeDigest().Hex;
        data["approvals"] = new JsonArray([.. decision.Approvals!.Where(approval => approval.State == ApprovalState.Counted).Select(Approval)]);
        return data;
    }

    private static JsonObject Approval(ApprovalResult approval) => new()
    {
        ["key"] = approval.Key!.Value.Hex,
        ["outcome"] = approval.Outcome == ApprovalOutcome.Approved ? "approved" : "refused",
        ["role"] = approval.Role,
        ["sha256"] = approval.Bundle.Hex,
        ["signer"] = approval.Signer,
    };

    private static JsonObject Identity(string name, string version, Digest digest) => new() { ["name"] = name, ["version"] = version, ["sha256"] = digest.Hex };
}
