namespace Loragate.Artifacts.Records.Training;

/// <summary>A trial in a round: trained, or given up because its loss was no finite number.</summary>
/// <param name="Id">The trial.</param>
/// <param name="ValidationLoss">The least validation loss, in nats a token; null where it was given up.</param>
/// <param name="Receipt">The training receipt; null where it was given up.</param>
/// <param name="Retained">What must not be forgotten, measured to choose who goes on; null where nobody asked, or it was given up.</param>
/// <param name="Fault">Why it was given up; null where it was trained.</param>
public sealed record TrialRun(string Id, double? ValidationLoss, Digest? Receipt, TrialScore? Retained = null, string? Fault = null);
