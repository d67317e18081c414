namespace Loragate.Tuning.Trials;

/// <summary>The part of a trial that is looked into.</summary>
/// <param name="Kind">What it is: "module" or "layer".</param>
/// <param name="Number">Which, from 1.</param>
/// <param name="Count">How many there are.</param>
public sealed record TrialPart(string Kind, int Number, int Count);
