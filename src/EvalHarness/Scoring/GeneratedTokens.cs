namespace Loragate.EvalHarness.Scoring;

/// <summary>A greedy continuation.</summary>
/// <param name="Tokens">The token ids, the one at which it stopped included.</param>
/// <param name="Margin">min over the tokens of ln p(token) − ln p(likeliest other), in nats: how far the continuation is from being another.</param>
/// <param name="IsTruncated">Whether the beginning of the context was cut off to leave room.</param>
public sealed record GeneratedTokens(IReadOnlyList<int> Tokens, double Margin, bool IsTruncated);
