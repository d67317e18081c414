namespace Loragate.Tuning.Trials;

/// <summary>What is measured of a trial.</summary>
/// <param name="File">The task file.</param>
/// <param name="Metric">The name of its metric, of values from 0 to 1, more being better.</param>
public sealed record TrialTask(string File, string Metric);
