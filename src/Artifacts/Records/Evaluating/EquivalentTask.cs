using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>One task of an equivalence certificate.</summary>
/// <param name="Task">The task.</param>
/// <param name="LargestDifference">The largest difference of a continuation's log-likelihood, in nats.</param>
/// <param name="MeanDifference">The mean absolute difference, in nats.</param>
/// <param name="OtherChoices">Rows on which the likeliest choice is another.</param>
/// <param name="Metric">The metric that is compared.</param>
/// <param name="Statistic">Its paired change with both one-sided bounds, held against ±threshold (two one-sided tests).</param>
/// <param name="Equivalent">Whether both bounds lie inside, however the coin flips fall.</param>
/// <param name="CoinFlips">How many scores of the two models the engine's noise can turn; null for none.</param>
public sealed record EquivalentTask(
    EvaluatedTask Task,
    double LargestDifference,
    double MeanDifference,
    IReadOnlyList<int> OtherChoices,
    string Metric,
    Statistic Statistic,
    bool Equivalent,
    int? CoinFlips = null);
