namespace Loragate.Artifacts.Records.Training;

/// <summary>What a layer's part of an update is worth.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Loss">How much the validation loss rises when it is left out, in nats a token.</param>
public sealed record LayerEffect(int Layer, double Loss);
