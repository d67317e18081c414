using System.Globalization;
using Loragate.Artifacts.Adapters;

namespace Loragate.EvalHarness.Remote;

/// <summary>
/// The parts of an adapter that a server can lose by themselves: the modules of one name and all below one place, whatever the layer
/// ("model.layers.*.mlp.down_proj", "model.layers.*.mlp", "lm_head").
/// </summary>
internal static class AdapterParts
{
    /// <summary>The parts of which the adapter is more than one; of several places with the same modules the narrowest.</summary>
    public static IReadOnlyList<string> Of(PeftAdapter adapter)
    {
        string[] modules = [.. adapter.Weights.Header.Tensors.Select(tensor => AdapterKey.Parse(tensor.Name)).OfType<AdapterKey>().Where(key => key.Part is AdapterPart.LoraA or AdapterPart.EmbeddingA).Select(key => key.Module).Order(StringComparer.Ordinal)];
        return
        [
            .. modules.SelectMany(module => Places(module).Select(place => (Place: place, Module: module)))
                .GroupBy(placed => placed.Place, placed => placed.Module, StringComparer.Ordinal)
                .Where(part => part.Count() < modules.Length)
                .GroupBy(part => string.Join('\n', part), part => part.Key, StringComparer.Ordinal)
                .Select(same => same.MaxBy(place => place.Length)!)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether a module belongs to a part.</summary>
    public static bool Has(string part, string module) => Places(module).Contains(part);

    /// <summary>The module's path without the numbers of layers and experts, and every place that it lies in.</summary>
    private static IEnumerable<string> Places(string module)
    {
        string[] names = [.. module.Split('.').Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? "*" : name)];
        return Enumerable.Range(1, names.Length).Select(depth => string.Join('.', names.Take(depth)));
    }
}
