namespace Loragate.EvalHarness.Scoring;

/// <summary>The answer to one <see cref="ScoringRequest"/>.</summary>
/// <param name="LogLikelihood">Σ ln p(token | all before it) over the continuation, in nats: float32 terms, added as double in token order.</param>
/// <param name="IsGreedy">Whether each token of the continuation is the model's most likely one.</param>
/// <param name="IsTruncated">Whether the beginning of the context was cut off because the request is longer than the model's context.</param>
/// <param name="GreedyMargin">
/// min over the tokens of ln p(token) − ln p(likeliest other), in nats: how far <paramref name="IsGreedy"/> is from turning. Null where only the tokens' own are known.
/// </param>
public sealed record ScoringResult(double LogLikelihood, bool IsGreedy, bool IsTruncated, double? GreedyMargin);
