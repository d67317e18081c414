namespace Loragate.Artifacts.Records.Training;

/// <summary>A trial in a round.</summary>
/// <param name="Id">The trial.</param>
/// <param name="ValidationLoss">The least validation loss, in nats a token.</param>
/// <param name="Receipt">The training receipt.</param>
public sealed record TrialRun(string Id, double ValidationLoss, Digest Receipt);
