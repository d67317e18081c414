using Loragate.EvalHarness.Models;
using Loragate.Tuning.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.Tuning.Training;

/// <summary>L = −Σ ln p(token | all before it) over the tokens that are to be learnt, times a weight; and its gradients.</summary>
internal static class BatchLoss
{
    /// <summary>The loss of a batch, summed over its tokens, without gradients.</summary>
    public static double Sum(LanguageModel model, IReadOnlyList<Example> batch)
    {
        using var still = no_grad();
        return Parts(model, batch).Sum(part => SumOf(model, part));
    }

    /// <summary>The mean loss of a token over many rows, without gradients.</summary>
    public static double Mean(LanguageModel model, IReadOnlyList<Example> examples, int batchSize = 8, CancellationToken cancellation = default)
    {
        var loss = 0.0;
        foreach (var batch in examples.Chunk(batchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            loss += Sum(model, batch);
        }
        return loss / examples.Sum(e => e.Learnt);
    }

    /// <summary>Adds the gradients of weight · L to the parameters'.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="recompute">
    /// Whether only what goes into each layer is kept and the layer computed again on the way back: memory of one layer for the time of another pass
    /// (Chen et al., arXiv 1604.06174).
    /// </param>
    /// <returns>L, before the weight.</returns>
    public static double Backward(LanguageModel model, IReadOnlyList<Example> batch, double weight, bool recompute)
    {
        using var factor = weight.ToScalar();
        var loss = 0.0;
        foreach (var part in Parts(model, batch))
        {
            using var scope = NewDisposeScope();
            var pass = Begin(model, part);
            loss += recompute ? Recomputed(pass, part, factor) : Kept(pass, part, factor);
        }
        return loss;
    }

    /// <summary>The rows that may share a pass: where the model has other positions for long sequences, long rows and short ones, so that each has the positions that it is served with.</summary>
    private static IEnumerable<IReadOnlyList<Example>> Parts(LanguageModel model, IReadOnlyList<Example> batch) =>
        batch.GroupBy(e => model.IsLong(model.Prompt.Count + e.Tokens.Count - 1)).Select(part => part.ToList());

    private static double SumOf(LanguageModel model, IReadOnlyList<Example> batch)
    {
        using var scope = NewDisposeScope();
        var pass = Begin(model, batch);
        var x = pass.Embedded();
        for (var layer = 0; layer < pass.Layers; layer++)
        {
            using var previous = x;
            x = pass.Layer(layer, previous);
        }
        return Number(Loss(pass, x, batch));
    }

    private static double Kept(LayeredPass pass, IReadOnlyList<Example> batch, Scalar factor)
    {
        var x = pass.Embedded();
        for (var layer = 0; layer < pass.Layers; layer++)
            x = pass.Layer(layer, x);
        var loss = Loss(pass, x, batch);
        (loss * factor).backward();
        return Number(loss);
    }

    private static double Recomputed(LayeredPass pass, IReadOnlyList<Example> batch, Scalar factor)
    {
        var inputs = new List<Tensor>();
        using (no_grad())
        {
            inputs.Add(pass.Embedded());
            for (var layer = 0; layer < pass.Layers; layer++)
                inputs.Add(pass.Layer(layer, inputs[layer]));
        }
        var top = inputs[^1].detach().requires_grad_(true);
        var loss = Loss(pass, top, batch);
        (loss * factor).backward();
        var gradient = top.grad!;
        for (var layer = pass.Layers - 1; layer >= 0; layer--)
        {
            using var ofLayer = NewDisposeScope();
            var input = inputs[layer].detach().requires_grad_(true);
            pass.Layer(layer, input).backward([gradient]);
            gradient = input.grad!.MoveToOuterDisposeScope();
        }
        var embedded = pass.Embedded();
        if (embedded.requires_grad)
            embedded.backward([gradient]);
        return Number(loss);
    }

    private static LayeredPass Begin(LanguageModel model, IReadOnlyList<Example> batch) =>
        model.Begin([.. batch.Select(e => new ArraySegment<int>([.. e.Tokens], 0, e.Tokens.Count - 1))]);

    private static Tensor Loss(LayeredPass pass, Tensor x, IReadOnlyList<Example> batch)
    {
        using var scope = NewDisposeScope();
        var (rows, targets) = (new List<long>(), new List<long>());
        for (var i = 0; i < batch.Count; i++)
        {
            for (var t = 1; t < batch[i].Tokens.Count; t++)
            {
                if (!batch[i].IsLearnt[t])
                    continue;
                rows.Add(pass.Starts[i] + t - 1);
                targets.Add(batch[i].Tokens[t]);
            }
        }
        var logits = pass.Logits(x, tensor(rows.ToArray(), device: x.device));
        var picked = logits.log_softmax(-1).gather(-1, tensor(targets.ToArray(), device: x.device).unsqueeze(-1));
        return picked.sum().neg().MoveToOuterDisposeScope();
    }

    private static double Number(Tensor loss) => loss.detach().to_type(ScalarType.Float64).item<double>();
}
