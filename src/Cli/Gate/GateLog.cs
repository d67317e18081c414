using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;

namespace Loragate.Cli.Gate;

/// <summary>Logs what a gate did about one decision. Every entry holds the decision, its evidence, the verdict and the policy.</summary>
internal sealed class GateLog(Tool tool, LedgerWriter ledger, Decision decision)
{
    /// <summary>Logs an event of the decision once; its proof, which carries the entry, is written to a file.</summary>
    /// <returns>Where it stands.</returns>
    public LedgerPosition Log(string type, IReadOnlyList<LedgerSubject> subjects, string proofPath, CancellationToken cancellationToken)
    {
        LedgerEvidence[] evidence = [new(decision.Schema, decision.ComputeDigest()), .. decision.Evidence.Select(e => new LedgerEvidence(e.Schema, e.Digest)).Distinct()];
        return ledger.Log(new LedgerEntry(type, tool.Clock.GetUtcNow(), subjects, evidence, Data()), proofPath, cancellationToken);
    }

    private JsonElement Data() => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["verdict"] = decision.Verdict.ToString().ToLowerInvariant(),
        ["policy"] = new JsonObject { ["name"] = decision.Policy.Name, ["version"] = decision.Policy.Version, ["sha256"] = decision.Policy.Digest.Hex },
    });
}
