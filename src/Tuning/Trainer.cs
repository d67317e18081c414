using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Models;
using Loragate.Tuning.Data;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Training;
using static TorchSharp.torch;

namespace Loragate.Tuning;

/// <summary>Tunes a model on prompts and completions or conversations.</summary>
public static class Trainer
{
    /// <summary>
    /// Trains and saves an adapter, or a model where the method is full fine-tuning, with its receipt. An interrupted run leaves its last checkpoint beside the
    /// output, and the same request goes on from there: on a processor to the same bits.
    /// </summary>
    /// <exception cref="DivergenceException">A loss, a gradient or a parameter is no finite number.</exception>
    /// <exception cref="TuningException">Data or settings are unsuitable, or what an interrupted run left is of another request.</exception>
    /// <exception cref="MalformedInputException">The base is malformed, something stands at the output or beside it, or another training is at work there.</exception>
    public static TrainingReceipt Train(TrainingRequest request, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Check();
        using var checkpoint = Checkpoint.Open(request.Base);
        using var workspace = TrainingWorkspace.Open(request.Output, request.Made);
        var data = CheckedData.Read(request.Data, request.Validation, request.Base, request.AllowRepeats);
        set_num_threads(request.Threads);
        using var model = LanguageModel.Load(checkpoint, request.Precision, new Device(request.Device), request.Weights, cancellationToken);
        RefuseNarrow(model, request.Base);
        using var tuned = request.Method.Start(model, request.Seed);
        var source = TrainingSource.Of(request, data, checkpoint, tuned.Model);
        using var state = TrainingState.Open(workspace, tuned.Parameters, request.Optimizer, Digest.Of(RecordJson.Canonical(source.Inputs)), keepsBest: source.Validation.Count > 0, request.Fresh, request.MayGoOn);
        tuned.Refresh();
        new TrainingLoop(request, source, tuned, state).Run(progress, cancellationToken);
        state.RestoreBest();
        return Save(request, workspace, checkpoint, tuned, state, source.Inputs, cancellationToken);
    }

    /// <summary>Refuses a model whose numbers are too narrow to learn in.</summary>
    /// <exception cref="TuningException">It computes in float16.</exception>
    internal static void RefuseNarrow(LanguageModel model, string folder)
    {
        if (model.Type == ScalarType.Float16)
            throw new TuningException(folder, "stored in float16, whose range is too small for gradients", "Train in float32.");
    }

    private static TrainingReceipt Save(TrainingRequest request, TrainingWorkspace workspace, Checkpoint checkpoint, TunedModel tuned, TrainingState state, TrainingInputs inputs, CancellationToken cancellation)
    {
        using var result = workspace.BeginResult();
        tuned.Save(checkpoint, result, cancellation);
        Digest? weights = request.Method is FullMethod ? TensorDigest.OfWeights(SavedWeights.Of(result.Path)) : null;
        var receipt = new TrainingReceipt(inputs, [.. state.Losses], [.. state.Validations], state.SavedStep, tuned.Parameters.Sum(p => p.Value.numel()), FolderManifest.Read(result.Path, cancellation).Files, weights);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(result.Path, TrainingReceipt.FileName))!);
        result.Write(TrainingReceipt.FileName, receipt.ToCanonicalJson());
        workspace.TellResult(receipt);
        result.Commit();
        workspace.Finish();
        return receipt;
    }
}
