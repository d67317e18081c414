namespace Loragate.EvalHarness.Scoring;

/// <summary>How likely is this continuation behind this context?</summary>
/// <param name="Context">Token ids before the continuation; at least one (a harness puts the prefix token where a text is empty).</param>
/// <param name="Continuation">Token ids to score; at least one.</param>
public sealed record ScoringRequest(IReadOnlyList<int> Context, IReadOnlyList<int> Continuation);
