using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>What an entry rests on.</summary>
/// <param name="Kind">A record's schema, or a media type.</param>
/// <param name="Sha256">SHA-256 of its bytes.</param>
public sealed record LedgerEvidence(string Kind, Digest Sha256);
