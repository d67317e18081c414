namespace Loragate.Artifacts.Records.Training;

/// <summary>What a plan of trials has run, as its report tells it, so that everybody sees whether a trial or a round was left out.</summary>
/// <param name="Methods">The names of each method's trials in the plan's order, by the method's name.</param>
/// <param name="Rounds">The rounds.</param>
/// <param name="Budget">The most steps of all rounds together; null for no limit.</param>
public sealed record PlannedTrials(IReadOnlyDictionary<string, IReadOnlyList<string>> Methods, IReadOnlyList<PlannedRound> Rounds, int? Budget = null);
