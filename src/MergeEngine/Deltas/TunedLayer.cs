using Loragate.Artifacts.Adapters;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// LN tuning (Zhao et al. 2023, "Tuning LayerNorm in attention"): a copy of a layer, most often a layer norm, is trained and takes the layer's place
/// (PEFT ln_tuning/layer.py, merge), so that its weight and bias replace the base's. PEFT saves the copy as "ln_tuning_layers" of the layer.
/// </summary>
internal static class TunedLayer
{
    /// <summary>Covers a layer's weight and bias: what the base has of them must be there.</summary>
    public static void Cover(AdapterModule module, CoverageBuilder cover)
    {
        foreach (var (part, parameter) in new[] { (AdapterPart.TunedWeight, "weight"), (AdapterPart.TunedBias, "bias") })
        {
            if (module[part] is { } tensor)
                SavedTensors.Replace(module.Path, parameter, tensor, cover);
            else if (cover.Base?.Find(module.Path, parameter) is not null)
                cover.Block("missing-module", $"{module.Path}.{parameter}", "is named by target_modules, but the adapter has no tensor for it", "Save the adapter again; some of its tensors are missing.");
        }
    }
}
