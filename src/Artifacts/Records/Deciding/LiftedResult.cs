namespace Loragate.Artifacts.Records.Deciding;

/// <summary>What a rule came to before a waiver lifted it.</summary>
/// <param name="Outcome">Failed or undecided.</param>
/// <param name="Reason">The stable word for why.</param>
public sealed record LiftedResult(Outcome Outcome, string Reason);
