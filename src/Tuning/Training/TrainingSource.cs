using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Models;
using Loragate.Tuning.Data;
using Loragate.Tuning.Methods;
using static TorchSharp.torch;

namespace Loragate.Tuning.Training;

/// <summary>The rows that a request learns from and is watched by, and the inputs that its receipt names.</summary>
/// <param name="Examples">The rows to learn from.</param>
/// <param name="Validation">The rows to watch; empty for none.</param>
/// <param name="Inputs">Everything that the result is made from.</param>
internal sealed record TrainingSource(IReadOnlyList<Example> Examples, IReadOnlyList<Example> Validation, TrainingInputs Inputs)
{
    /// <summary>Takes the data for a model.</summary>
    /// <param name="request">The request.</param>
    /// <param name="data">Its data.</param>
    /// <param name="checkpoint">Its base.</param>
    /// <param name="model">The model that is tuned, whose context bounds a row.</param>
    /// <exception cref="TuningException">A row is too long; its file and line are named.</exception>
    public static TrainingSource Of(TrainingRequest request, CheckedData data, Checkpoint checkpoint, LanguageModel model)
    {
        var maxLength = Math.Min(request.MaxLength ?? model.MaxLength, model.MaxLength);
        data.RefuseLonger(maxLength);
        var identity = new CheckpointIdentity(BaseName.Of(checkpoint), checkpoint.ConfigDigest, TensorDigest.OfWeights(request.Weights));
        return new TrainingSource(data.Training.Examples, data.Validation?.Examples ?? [], InputsOf(request, identity, data, maxLength));
    }

    /// <summary>Everything that the result of a request is made from.</summary>
    /// <param name="request">The request.</param>
    /// <param name="identity">Its base.</param>
    /// <param name="data">Its data.</param>
    /// <param name="maxLength">The most tokens that a row may have.</param>
    public static TrainingInputs InputsOf(TrainingRequest request, CheckpointIdentity identity, CheckedData data, int maxLength) => new(
        new EngineInfo("loragate.train", request.Version, "adamw-packed/1", request.Device.Split(':')[0]),
        new SortedDictionary<string, string>(StringComparer.Ordinal) { ["processor"] = ProcessorKind.Name, ["threads"] = $"{request.Threads}", ["torch"] = __version__ },
        identity,
        data.Tokenizer,
        data.Training.Files,
        data.Validation?.Files ?? [],
        new TrainedMethod(request.Method.Name, request.Method.Settings),
        request.Settings(maxLength),
        request.Plan,
        data.ChatTemplate);
}
