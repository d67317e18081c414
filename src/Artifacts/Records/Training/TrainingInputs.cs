using Loragate.Artifacts.Records.Merging;

namespace Loragate.Artifacts.Records.Training;

/// <summary>Everything that a tuning run is made from: two runs with the same inputs on one kind of machine give the same weights.</summary>
/// <param name="Engine">The engine, its arithmetic and device.</param>
/// <param name="Environment">Torch's version, the number of threads and the processor's kind, on which roundings depend.</param>
/// <param name="Base">The base checkpoint.</param>
/// <param name="Tokenizer">The tokenizer by content.</param>
/// <param name="Data">The training data.</param>
/// <param name="Validation">The validation data; empty for none.</param>
/// <param name="Method">The method.</param>
/// <param name="Settings">The settings.</param>
/// <param name="Plan">SHA-256 of the file of the plan that the run was a trial of; null where no plan made it.</param>
/// <param name="ChatTemplate">SHA-256 of the text of the chat template that rows went through; null where none did.</param>
public sealed record TrainingInputs(
    EngineInfo Engine,
    IReadOnlyDictionary<string, string> Environment,
    CheckpointIdentity Base,
    Digest Tokenizer,
    IReadOnlyList<TrainingData> Data,
    IReadOnlyList<TrainingData> Validation,
    TrainedMethod Method,
    TrainingSettings Settings,
    Digest? Plan = null,
    Digest? ChatTemplate = null);
