using System.Text.Json.Serialization;

namespace Loragate.Artifacts.Records.Training;

/// <summary>A model on a task. Every model of a report is scored on the same items, so any two of them can be compared item by item.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Metric">The metric: the mean of its items' scores, from 0 to 1, more being better.</param>
/// <param name="Data">The task's data by content.</param>
/// <param name="Scores">The items' scores in row order; of a row that comes again only the first.</param>
/// <param name="Evaluation">The evaluation report.</param>
public sealed record TrialScore(string Task, string Metric, Digest Data, IReadOnlyList<double> Scores, Digest Evaluation)
{
    /// <summary>The mean.</summary>
    [JsonIgnore]
    public double Value => Scores.Average();

    /// <summary>How many items there are.</summary>
    [JsonIgnore]
    public int Items => Scores.Count;
}
