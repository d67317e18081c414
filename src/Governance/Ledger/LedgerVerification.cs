namespace Loragate.Governance.Ledger;

/// <summary>What a verifier of a ledger found.</summary>
/// <param name="Checkpoint">The checkpoint, once its signature held; null before.</param>
/// <param name="Fault">The first thing that is wrong; null where all holds.</param>
/// <param name="Warnings">Files that no checkpoint covers yet, or that are none of the ledger's.</param>
public sealed record LedgerVerification(LedgerCheckpoint? Checkpoint, LedgerFault? Fault, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether everything holds.</summary>
    public bool IsValid => Checkpoint is not null && Fault is null;
}
