using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Models;
using Loragate.Tuning.Data;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Optimizing;
using static TorchSharp.torch;

namespace Loragate.Tuning.Training;

/// <summary>One request's way from rows to saved parameters.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainingRequest _request;
    private readonly TrainingInputs _inputs;
    private readonly IReadOnlyList<Example> _examples;
    private readonly IReadOnlyList<Example> _validation;
    private readonly OutputFolder _output;
    private readonly TunedModel _tuned;
    private readonly TrainingState _state;

    private TrainingRun(TrainingRequest request, TrainingInputs inputs, TrainingSet data, TrainingSet? validation, OutputFolder output, TunedModel tuned)
    {
        (_request, _inputs, _examples, _validation, _output, _tuned) = (request, inputs, data.Examples, validation?.Examples ?? [], output, tuned);
        _state = TrainingState.Begin(tuned.Parameters, request.Optimizer, output, Digest.Of(RecordJson.Canonical(inputs)), _validation.Count > 0);
        tuned.Renew();
    }

    /// <summary>Reads the data and goes on with what an interrupted run left, or begins.</summary>
    public static TrainingRun Begin(TrainingRequest request, Checkpoint checkpoint, LanguageModel model, OutputFolder output)
    {
        if (model.Type == ScalarType.Float16)
            throw new TuningException(request.Base, "stored in float16, whose range is too small for gradients", "Train in float32.");
        var tuned = request.Method.Start(model, request.Seed);
        try
        {
            var encoder = new ExampleEncoder(request.Base);
            var maxLength = Math.Min(request.MaxLength ?? tuned.Model.MaxLength, tuned.Model.MaxLength);
            var data = TrainingSet.Read(request.Data, encoder, maxLength, request.AllowRepeats);
            if (data.Examples.Count < 2)
                throw new TuningException(request.Data[0], "one row, from which nothing general can be learnt", "Give at least two rows; a few hundred are usual.");
            var validation = request.Validation.Count == 0 ? null : TrainingSet.Read(request.Validation, encoder, maxLength, request.AllowRepeats);
            var inputs = new TrainingInputs(
                new EngineInfo("loragate.train", request.Version, "adamw-packed/1", request.Device.Split(':')[0]),
                new SortedDictionary<string, string>(StringComparer.Ordinal) { ["threads"] = $"{request.Threads}", ["torch"] = __version__ },
                new CheckpointIdentity(BaseName.Of(checkpoint), checkpoint.ConfigDigest, TensorDigest.OfWeights(request.Weights)),
                encoder.TokenizerDigest,
                data.Files,
                validation?.Files ?? [],
                new TrainedMethod(request.Method.Name, request.Method.Settings),
                request.Settings(maxLength));
            return new TrainingRun(request, inputs, data, validation, output, tuned);
        }
        catch
        {
            tuned.Dispose();
            throw;
        }
    }

    /// <summary>Makes the steps that are left.</summary>
    public void Learn(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var rates = new LearningRate(_request.LearningRate, _request.Schedule, _request.WarmUpSteps, _request.Steps);
        var order = new BatchOrder(_examples.Count, _request.BatchSize, _request.Seed);
        while (_state.Step < _request.Steps && !HasStopped)
        {
            if (cancellation.IsCancellationRequested)
            {
                _state.Write();
                cancellation.ThrowIfCancellationRequested();
            }
            var loss = Step(order, rates.At(_state.Step));
            if (_validation.Count > 0 && (_state.Step % _request.ValidateEvery == 0 || _state.Step == _request.Steps))
                _state.Validated(BatchLoss.Mean(_tuned.Model, _validation, _request.BatchSize));
            if (_state.Step % _request.CheckpointEvery == 0 || _state.Step == _request.Steps || HasStopped)
                _state.Write();
            progress?.Report(new TrainingProgress(_state.Step, _request.Steps, loss, _state.Validations.Count > 0 ? _state.Validations[^1].Loss : null));
        }
    }

    /// <summary>Writes what was learnt and where it comes from.</summary>
    public TrainingReceipt Save(Checkpoint checkpoint, CancellationToken cancellation)
    {
        _state.Restore();
        _tuned.Save(checkpoint, _output, cancellation);
        _state.Remove();
        var receipt = new TrainingReceipt(_inputs, [.. _state.Losses], [.. _state.Validations], _state.SavedStep, _tuned.Parameters.Sum(p => p.Value.numel()), FolderManifest.Read(_output.Path, cancellation).Files);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_output.Path, TrainingReceipt.FileName))!);
        _output.Write(TrainingReceipt.FileName, receipt.ToCanonicalJson());
        return receipt;
    }

    public void Dispose()
    {
        _state.Dispose();
        _tuned.Dispose();
    }

    private bool HasStopped => _request.Patience > 0 && _state.Validations.Count(v => v.Step > _state.SavedStep) >= _request.Patience;

    private double Step(BatchOrder order, double rate)
    {
        var first = (long)_state.Step * _request.Accumulation;
        List<List<Example>> batches = [.. Enumerable.Range(0, _request.Accumulation).Select(i => order.Batch(first + i).Select(row => _examples[row]).ToList())];
        var tokens = batches.Sum(batch => batch.Sum(e => e.Learnt));
        Gradients.Clear(_tuned.Parameters);
        var loss = 0.0;
        for (var i = 0; i < batches.Count; i++)
        {
            _tuned.Draw((ulong)(first + i));
            loss += BatchLoss.Backward(_tuned.Model, batches[i], 1.0 / tokens, _request.Recompute) / tokens;
        }
        _tuned.Draw(null);
        var norm = Gradients.Clip(_tuned.Parameters, _request.Clip);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw new DivergenceException($"step {_state.Step + 1}", $"the loss is {loss:0.###} and the gradient's norm {norm:0.###}, no finite numbers", "Lower the learning rate, lengthen the warm-up, or inspect the base's weights. The last checkpoint was kept; begin anew with other settings.");
        _state.Stepped(loss, rate);
        _tuned.Renew();
        return loss;
    }
}
