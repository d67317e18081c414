using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Remote;

/// <summary>A server's answer.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="ProbeDistance">How far the server was from its probe when it gave it, in nats a sequence.</param>
internal sealed record ServedAnswer(ScoringResult Answer, double ProbeDistance);
