namespace Loragate.Artifacts.Records.Training;

/// <summary>The loss on the validation data.</summary>
/// <param name="Step">Steps before it.</param>
/// <param name="Loss">Nats a token.</param>
public sealed record ValidationLoss(int Step, double Loss);
