namespace Loragate.EvalHarness.Tasks;

/// <summary>A request for the log-likelihood of a continuation.</summary>
/// <param name="Context">What comes before; may be empty.</param>
/// <param name="Continuation">What is scored.</param>
public sealed record ContinuationRequest(string Context, string Continuation);
