namespace Loragate.Artifacts.Records.Training;

/// <summary>A round of trials.</summary>
/// <param name="Steps">Steps of each that the plan gives none of its own.</param>
/// <param name="Runs">The trials, best first.</param>
public sealed record TrialRound(int Steps, IReadOnlyList<TrialRun> Runs);
