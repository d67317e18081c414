namespace Loragate.Artifacts.Records.Training;

/// <summary>What a trial took and how fast its result is, on this machine, today. The seconds of a token are medians of turns in which the same prompt is given to each form.</summary>
/// <param name="Id">The trial.</param>
/// <param name="Round">The round, from 1.</param>
/// <param name="Training">Its training, up to where it was given up; null where it was interrupted, as nobody knows what the lost part took.</param>
/// <param name="TokenSeconds">Seconds from one generated token to the next, with what was tuned live beside the base; null where that was not measured.</param>
/// <param name="BaseTokenSeconds">The base's own, in the same turns; null where that was not measured.</param>
/// <param name="MergedTokenSeconds">With the update merged into the base's weights, in the same turns; null where that was not measured, or what was tuned cannot be merged.</param>
/// <param name="LackedBytes">The memory that a copy of the base to merge into would have taken, where there was not so much and the merged form was not timed for that; null elsewhere.</param>
public sealed record TrialCost(string Id, int Round, Cost? Training, double? TokenSeconds, double? BaseTokenSeconds, double? MergedTokenSeconds = null, long? LackedBytes = null);
