namespace Loragate.Tuning.Trials;

/// <summary>What is measured of a trial.</summary>
/// <param name="File">The task file.</param>
/// <param name="Metric">The name of its metric, the mean of scores from 0 to 1, more being better.</param>
/// <param name="Margin">What may be given away of it, as a share of items: of the task against the best trial, of what must not be forgotten against the base.</param>
public sealed record TrialTask(string File, string Metric, double Margin);
