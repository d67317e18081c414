namespace Loragate.Artifacts.Records.Training;

/// <summary>A model on a task, beside the base on the same items.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Items">How many items there are.</param>
/// <param name="Value">The mean.</param>
/// <param name="Gained">Items that are better than the base's.</param>
/// <param name="Lost">Items that are worse.</param>
/// <param name="Evaluation">The evaluation report.</param>
public sealed record TrialScore(string Task, string Metric, int Items, double Value, int Gained, int Lost, Digest Evaluation);
