using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Adapters;
using Loragate.Tuning.Data;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Training;

namespace Loragate.Tuning.Trials;

/// <summary>What the part of an adapter in each layer that it changes is worth: the validation loss without it, less the loss with it.</summary>
internal static class LayerEffects
{
    public static IReadOnlyList<LayerEffect> Of(LanguageModel model, string folder, IReadOnlyList<Example> validation, CancellationToken cancellation)
    {
        using var adapter = PeftAdapter.Open(folder, cancellation);
        using var whole = model.Attach(adapter);
        var loss = BatchLoss.Mean(whole, validation);
        var effects = new List<LayerEffect>();
        foreach (var layer in LayersOf(adapter))
        {
            cancellation.ThrowIfCancellationRequested();
            using var without = model.Attach(new LayerFilter(new AttachedAdapter(adapter, model.Device), layer), $"{model.Name} without layer {layer}");
            effects.Add(new LayerEffect(layer, BatchLoss.Mean(without, validation) - loss));
        }
        return effects;
    }

    private static IEnumerable<int> LayersOf(PeftAdapter adapter) =>
        adapter.Weights.Header.Tensors.Select(t => AdapterKey.Parse(t.Name)).OfType<AdapterKey>().Select(key => ModulePath.LayerOf(key.Module)).OfType<int>().Distinct().Order();
}
