using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Models;
using Loragate.Tuning.Data;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Training;

namespace Loragate.Tuning.Trials;

/// <summary>What the part of an adapter in each layer that it changes is worth: the validation loss without it, less the loss with it.</summary>
internal static class LayerEffects
{
    /// <summary>Of an adapter, in nats a token.</summary>
    /// <param name="model">The base.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="validation">The rows.</param>
    /// <param name="progress">Hears of each layer; null for nobody.</param>
    /// <param name="cancellation">Stops between batches of rows.</param>
    public static IReadOnlyList<LayerEffect> Of(LanguageModel model, PeftAdapter adapter, IReadOnlyList<Example> validation, IProgress<TrialPart>? progress, CancellationToken cancellation)
    {
        using var whole = model.Attach(adapter);
        var loss = BatchLoss.Mean(whole, validation, cancellation: cancellation);
        List<int> layers = [.. LayersOf(adapter)];
        var (counter, effects) = (new PartCounter("layer", layers.Count, progress, cancellation), new List<LayerEffect>());
        foreach (var layer in layers)
        {
            counter.Next();
            using var without = model.AttachWithout(adapter, path => ModulePath.LayerOf(path) == layer);
            effects.Add(new LayerEffect(layer, BatchLoss.Mean(without, validation, cancellation: cancellation) - loss));
        }
        return effects;
    }

    private static IEnumerable<int> LayersOf(PeftAdapter adapter) =>
        adapter.Weights.Header.Tensors.Select(t => AdapterKey.Parse(t.Name)).OfType<AdapterKey>().Select(key => ModulePath.LayerOf(key.Module)).OfType<int>().Distinct().Order();
}
