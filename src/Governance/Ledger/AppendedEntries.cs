namespace Loragate.Governance.Ledger;

/// <summary>What an append did.</summary>
/// <param name="Indices">The index of each entry, in the order given; old ones where an entry was logged already.</param>
/// <param name="Entries">The bytes of each entry as they stand in the ledger; of an old one with its old time.</param>
/// <param name="Checkpoint">The checkpoint that covers them.</param>
/// <param name="Added">How many of them are new.</param>
public sealed record AppendedEntries(IReadOnlyList<long> Indices, IReadOnlyList<ReadOnlyMemory<byte>> Entries, LedgerCheckpoint Checkpoint, int Added);
