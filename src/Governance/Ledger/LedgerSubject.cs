using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>What an entry is about.</summary>
/// <param name="Name">A name for people.</param>
/// <param name="Sha256">SHA-256 of its bytes.</param>
public sealed record LedgerSubject(string Name, Digest Sha256);
