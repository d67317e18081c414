namespace Loragate.Artifacts.Records.Deciding;

/// <summary>What a rule without statistics measured, and the most that it allows.</summary>
/// <param name="Value">The share that was measured, 0 to 1.</param>
/// <param name="Limit">The largest share that is allowed.</param>
public sealed record Figure(double Value, double Limit);
