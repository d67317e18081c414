namespace Loragate.Governance.Ledger.Witnessing;

/// <summary>A checkpoint that witnesses have cosigned.</summary>
/// <param name="Checkpoint">The checkpoint; the ledger begins with it.</param>
/// <param name="Note">The note with all of its signatures.</param>
/// <param name="Witnesses">The names of the known witnesses that cosigned it.</param>
public sealed record WitnessedCheckpoint(LedgerCheckpoint Checkpoint, ReadOnlyMemory<byte> Note, IReadOnlyList<string> Witnesses);
