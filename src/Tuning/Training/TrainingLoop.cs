using Loragate.Tuning.Data;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Optimizing;

namespace Loragate.Tuning.Training;

/// <summary>The steps of a request, with their validations and checkpoints.</summary>
/// <param name="request">How to learn.</param>
/// <param name="source">From what.</param>
/// <param name="tuned">The model.</param>
/// <param name="state">What was learnt so far.</param>
internal sealed class TrainingLoop(TrainingRequest request, TrainingSource source, TunedModel tuned, TrainingState state)
{
    private readonly TrainingStep _step = new(tuned, state.Optimizer, request.Clip, request.Recompute);
    private readonly LearningRate _rates = new(request.LearningRate, request.Schedule, request.WarmUpSteps, request.Steps);
    private readonly BatchOrder _order = new(source.Examples.Count, request.BatchSize, request.Seed);

    private bool IsLast => state.Step == request.Steps;

    private bool HasStopped => request.Patience > 0 && state.Validations.Count(v => v.Step > state.SavedStep) >= request.Patience;

    /// <summary>Makes the steps that are left.</summary>
    /// <exception cref="TuningException">A loss, a gradient or a parameter is no finite number.</exception>
    public void Run(IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        while (!IsLast && !HasStopped)
        {
            if (cancellation.IsCancellationRequested)
            {
                state.WriteCheckpoint();
                cancellation.ThrowIfCancellationRequested();
            }
            var (batches, first) = NextBatches();
            var loss = Step(batches, first);
            CheckLast(batches, first);
            Validate();
            if (state.Step % request.CheckpointEvery == 0 || IsLast || HasStopped)
                state.WriteCheckpoint();
            progress?.Report(new TrainingProgress(state.Step, request.Steps, loss, state.Validations.Count > 0 ? state.Validations[^1].Loss : null));
        }
    }

    private (IReadOnlyList<IReadOnlyList<Example>> Batches, long First) NextBatches()
    {
        var first = (long)state.Step * request.Accumulation;
        return ([.. Enumerable.Range(0, request.Accumulation).Select(i => _order.Batch(first + i).Select(row => source.Examples[row]).ToList())], first);
    }

    private double Step(IReadOnlyList<IReadOnlyList<Example>> batches, long first)
    {
        var (number, rate) = (state.Step + 1, _rates.At(state.Step));
        var loss = Backward(batches, first, $"step {number}");
        _step.Move(number, rate);
        state.Note(loss);
        return loss;
    }

    /// <summary>No later step sees what the last one made of the parameters, so its rows are run once more.</summary>
    private void CheckLast(IReadOnlyList<IReadOnlyList<Example>> batches, long first)
    {
        if (IsLast)
            _ = Backward(batches, first, $"after step {state.Step}");
    }

    private void Validate()
    {
        if (source.Validation.Count == 0 || (state.Step % request.ValidateEvery != 0 && !IsLast))
            return;
        var loss = BatchLoss.Mean(tuned.Model, source.Validation, request.BatchSize);
        if (!double.IsFinite(loss))
            throw Diverged($"step {state.Step}", $"the validation loss is {loss:0.###}, no finite number");
        state.Validated(loss);
    }

    private double Backward(IReadOnlyList<IReadOnlyList<Example>> batches, long first, string place)
    {
        var (loss, norm) = _step.Backward(batches, first);
        return double.IsFinite(loss) && double.IsFinite(norm)
            ? loss
            : throw Diverged(place, $"the loss is {loss:0.###} and the gradient's norm {norm:0.###}, no finite numbers");
    }

    private TuningException Diverged(string place, string fault) => new(place, fault, "Lower the learning rate, lengthen the warm-up, or inspect the base's weights. "
        + (state.KeptIn is { } folder ? $"The last checkpoint is kept in {folder}: throw it away (--fresh) when you begin anew with other settings." : "There was no checkpoint yet."));
}
