namespace Loragate.Governance.Ledger;

/// <summary>An entry and where it stands.</summary>
/// <param name="Index">The index, from 0.</param>
/// <param name="Entry">The entry.</param>
public sealed record LoggedEvent(long Index, LedgerEntry Entry);
