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
    /// <summary>Reads the data.</summary>
    /// <param name="request">The request.</param>
    /// <param name="checkpoint">Its base.</param>
    /// <param name="model">The model that is tuned, whose context bounds a row.</param>
    /// <exception cref="TuningException">The data are unsuitable; file and line are named.</exception>
    public static TrainingSource Read(TrainingRequest request, Checkpoint checkpoint, LanguageModel model)
    {
        var encoder = new ExampleEncoder(request.Base);
        var maxLength = Math.Min(request.MaxLength ?? model.MaxLength, model.MaxLength);
        var data = TrainingSet.Read(request.Data, encoder, maxLength, request.AllowRepeats);
        if (data.Examples.Count < 2)
            throw new TuningException(request.Data[0], "one row, from which nothing general can be learnt", "Give at least two rows; a few hundred are usual.");
        var validation = request.Validation.Count == 0 ? null : TrainingSet.Read(request.Validation, encoder, maxLength, request.AllowRepeats);
        validation?.RefuseRowsOf(data, request.AllowRepeats);
        return new TrainingSource(data.Examples, validation?.Examples ?? [], new TrainingInputs(
            new EngineInfo("loragate.train", request.Version, "adamw-packed/1", request.Device.Split(':')[0]),
            new SortedDictionary<string, string>(StringComparer.Ordinal) { ["processor"] = ProcessorKind.Name, ["threads"] = $"{request.Threads}", ["torch"] = __version__ },
            new CheckpointIdentity(BaseName.Of(checkpoint), checkpoint.ConfigDigest, TensorDigest.OfWeights(request.Weights)),
            encoder.TokenizerDigest,
            data.Files,
            validation?.Files ?? [],
            new TrainedMethod(request.Method.Name, request.Method.Settings),
            request.Settings(maxLength),
            request.Plan));
    }
}
