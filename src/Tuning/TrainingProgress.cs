namespace Loragate.Tuning;

/// <summary>How far training is.</summary>
/// <param name="Step">Steps that are made.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Loss">The last step's training loss, in nats a token.</param>
/// <param name="Validation">The last validation loss; null where there was none.</param>
public sealed record TrainingProgress(int Step, int Steps, double Loss, double? Validation);
