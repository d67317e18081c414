using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Models;
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
    /// <exception cref="DivergenceException">The loss is no finite number.</exception>
    /// <exception cref="TuningException">Data or settings are unsuitable, or what an interrupted run left is of another request.</exception>
    /// <exception cref="MalformedInputException">The base is malformed, or something stands at the output.</exception>
    public static TrainingReceipt Train(TrainingRequest request, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Check();
        using var output = request.Fresh ? OutputFolder.Create(request.Output) : OutputFolder.Resume(request.Output);
        using var checkpoint = Checkpoint.Open(request.Base);
        set_num_threads(request.Threads);
        using var model = LanguageModel.Load(checkpoint, request.Precision, new Device(request.Device), request.Weights, cancellationToken);
        using var run = TrainingRun.Begin(request, checkpoint, model, output);
        run.Learn(progress, cancellationToken);
        var receipt = run.Save(checkpoint, cancellationToken);
        output.Commit();
        return receipt;
    }
}
