namespace Loragate.Artifacts.Records.Training;

/// <summary>A trial that was run to its end.</summary>
/// <param name="Id">The trial.</param>
/// <param name="Method">The method.</param>
/// <param name="LearningRate">The highest learning rate.</param>
/// <param name="Parameters">How many numbers were trained.</param>
/// <param name="Bytes">Bytes that have to be distributed.</param>
/// <param name="ValidationLoss">The least validation loss, in nats a token.</param>
/// <param name="Task">What it was tuned for.</param>
/// <param name="Retained">What it must not forget; null where nothing was measured.</param>
/// <param name="Spectrum">The change of each linear module of the layers; empty where the method changes no weights.</param>
/// <param name="Layers">The layers' parts; empty where the method has none that can be left out.</param>
public sealed record TrialResult(
    string Id,
    TrainedMethod Method,
    double LearningRate,
    long Parameters,
    long Bytes,
    double ValidationLoss,
    TrialScore Task,
    TrialScore? Retained,
    IReadOnlyList<ModuleSpectrum> Spectrum,
    IReadOnlyList<LayerEffect> Layers);
