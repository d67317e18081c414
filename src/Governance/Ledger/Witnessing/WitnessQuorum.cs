using Loragate.Governance.Keys;

namespace Loragate.Governance.Ledger.Witnessing;

/// <summary>How many of which witnesses must have cosigned a checkpoint.</summary>
/// <param name="Needed">At least 1.</param>
/// <param name="Witnesses">At least as many, each of another name and key.</param>
public sealed record WitnessQuorum(int Needed, IReadOnlyList<LedgerVerifier> Witnesses);
