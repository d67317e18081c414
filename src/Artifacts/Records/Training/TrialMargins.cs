namespace Loragate.Artifacts.Records.Training;

/// <summary>What a plan allows, fixed before its first score, as shares of items.</summary>
/// <param name="Task">How far behind the best trial a smaller one may lie.</param>
/// <param name="Retained">How much of what must not be forgotten may be lost against the base.</param>
public sealed record TrialMargins(double Task, double Retained);
