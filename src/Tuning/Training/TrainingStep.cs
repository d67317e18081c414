using Loragate.Tuning.Data;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Optimizing;

namespace Loragate.Tuning.Training;

/// <summary>One step of training: the gradients of the mean loss of a token over all its batches, and the way that the parameters go along them.</summary>
/// <param name="tuned">The model.</param>
/// <param name="optimizer">What moves its parameters.</param>
/// <param name="clip">The largest norm of the gradients; null for any.</param>
/// <param name="recompute">Whether layers are computed again on the way back.</param>
internal sealed class TrainingStep(TunedModel tuned, AdamW optimizer, double? clip, bool recompute)
{
    /// <summary>Puts the gradients beside the parameters, shortened to the largest norm.</summary>
    /// <param name="batches">The rows that are run at once, batch by batch.</param>
    /// <param name="firstDraw">The number of the first batch's dropout masks; each next batch has the next.</param>
    /// <returns>The loss in nats a token, and the gradients' norm before it is shortened.</returns>
    public (double Loss, double Norm) Backward(IReadOnlyList<IReadOnlyList<Example>> batches, long firstDraw)
    {
        var tokens = batches.Sum(batch => batch.Sum(e => e.Learnt));
        Gradients.Clear(tuned.Parameters);
        var loss = 0.0;
        for (var i = 0; i < batches.Count; i++)
        {
            tuned.SetDropout((ulong)(firstDraw + i));
            loss += BatchLoss.Backward(tuned.Model, batches[i], 1.0 / tokens, recompute) / tokens;
        }
        tuned.SetDropout(null);
        return (loss, Gradients.Clip(tuned.Parameters, clip));
    }

    /// <summary>Moves the parameters.</summary>
    /// <param name="number">Which step it is, from 1.</param>
    /// <param name="rate">The learning rate.</param>
    public void Move(int number, double rate)
    {
        optimizer.Step(number, rate);
        tuned.Refresh();
    }
}
