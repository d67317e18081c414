namespace Loragate.Artifacts.Records.Training;

/// <summary>A round: so many trials of each method, run for as many steps.</summary>
/// <param name="Steps">Steps of a trial that has none of its own.</param>
/// <param name="Trials">How many trials of a method are run, by its name.</param>
public sealed record PlannedRound(int Steps, IReadOnlyDictionary<string, int> Trials);
