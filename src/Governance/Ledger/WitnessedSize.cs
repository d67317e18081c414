namespace Loragate.Governance.Ledger;

/// <summary>How far witnesses have seen a ledger.</summary>
/// <param name="Size">The first so many entries.</param>
/// <param name="Witnesses">The names of the witnesses.</param>
public sealed record WitnessedSize(long Size, IReadOnlyList<string> Witnesses);
