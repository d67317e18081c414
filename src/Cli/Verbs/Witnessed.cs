using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Ledger.Witnessing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary>How far witnesses have seen a ledger, in words.</summary>
internal static class Witnessed
{
    /// <summary>The witnesses of a trust policy.</summary>
    /// <exception cref="UsageException">It names none.</exception>
    public static WitnessQuorum QuorumOf(string trust) => TrustPolicy.ReadFile(trust).Witnesses ?? throw new UsageException($"--trust {trust} names no witnesses.");

    /// <summary>What is wrong where the quorum has seen nothing.</summary>
    public static string Fault(WitnessQuorum quorum) => $"no checkpoint is cosigned by {quorum.Needed} of the {quorum.Witnesses.Count} witnesses: others may be shown another history";

    /// <summary>Tells how far the quorum has seen the ledger; false where it has seen nothing.</summary>
    public static bool Tell(Tool tool, LedgerFolder ledger, LedgerVerifier log, WitnessQuorum quorum, WitnessedCheckpoint? witnessed)
    {
        if (witnessed is null)
        {
            tool.Screen.Say($"The ledger does not hold: {Fault(quorum)}.");
            return false;
        }
        tool.Screen.Say($"Witnessed by {string.Join(", ", witnessed.Witnesses)}: the first {witnessed.Checkpoint.Size} entries.");
        if (ledger.ReadCheckpoint(log).Size - witnessed.Checkpoint.Size is > 0 and var unseen)
            tool.Screen.Say($"Note: the {unseen} entries after them are not witnessed yet.");
        return true;
    }
}
