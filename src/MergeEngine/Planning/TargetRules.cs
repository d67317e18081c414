using Loragate.Artifacts.Adapters;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Planning;

/// <summary>Every targeted module has factors, and every module with factors is targeted.</summary>
internal static class TargetRules
{
    private const string Weight = ".weight";

    public static void Check(IReadOnlyList<AdapterModule> modules, CoverageBuilder cover, CancellationToken cancellationToken)
    {
        var targets = cover.Config.Targets;
        if (!targets.IsStated)
            return;
        var carried = modules.Where(m => m.Path.Length > 0 && !(m.Parts.Count == 1 && m.HasAny(AdapterPart.TokenRows)) && FusedParameters.Of(m.Path, cover.Config) is null)
            .Select(m => m.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var module in carried.Where(m => !targets.Includes(m)).Order(StringComparer.Ordinal))
            cover.Block("untargeted-module", module, "has factors, but target_modules does not name it", "Restore the config that belongs to these weights.");
        var targeted = new List<string>();
        foreach (var module in BaseModules(carried, cover))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (targets.Includes(module) && !SavedTensors.IsSaved(module, cover.Config))
                targeted.Add(module);
        }
        foreach (var module in targeted.Where(m => !carried.Contains(m)))
            cover.Block("missing-module", module, "is named by target_modules, but the adapter has no factors for it", "Save the adapter again; some of its tensors are missing.");
        if (targeted.Count == 0 && cover.Config.TargetParameters.Count == 0 && !(targets.Names is { Count: 0 }))
            cover.Block("targets-nothing", AdapterConfig.FileName, "target_modules matches no module of the base", "Merge into the base that the adapter was trained on.");
    }

    /// <summary>The base's modules that the method can change, by the adapter's names, and the head of a tied embedding.</summary>
    private static IEnumerable<string> BaseModules(HashSet<string> carried, CoverageBuilder cover)
    {
        var layout = cover.Base!;
        var outer = carried.Where(m => m.Contains('.', StringComparison.Ordinal) && !layout.Tensors.ContainsKey(m + Weight))
            .Where(m => layout.Tensors.ContainsKey(m[(m.IndexOf('.', StringComparison.Ordinal) + 1)..] + Weight))
            .Select(m => m[..(m.IndexOf('.', StringComparison.Ordinal) + 1)]).FirstOrDefault() ?? "";
        var byStored = carried.Select(m => (Module: m, Stored: layout.Names(m).FirstOrDefault(n => layout.Tensors.ContainsKey(n + Weight)))).Where(m => m.Stored is not null)
            .DistinctBy(m => m.Stored).ToDictionary(m => m.Stored!, m => m.Module, StringComparer.Ordinal);
        var isNewer = layout.Sees && carried.All(m => VisionNames.Newer(m) == m);
        // LN tuning takes whole layers, of which norms have a vector; the other methods have factors of a matrix.
        var leastDimensions = cover.Config.PeftType == "LN_TUNING" ? 1 : 2;
        var modules = layout.Tensors.Values.Where(t => t.Shape.Count >= leastDimensions && t.Name.EndsWith(Weight, StringComparison.Ordinal))
            .Select(t => t.Name[..^Weight.Length]).Select(m => byStored.GetValueOrDefault(m) ?? (isNewer ? VisionNames.Newer(m) : outer + m));
        return modules.Concat(TiedHead(carried, cover)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    /// <summary>The head of a tied embedding, by the adapter's name; PEFT leaves its factors to the embedding's under ensure_weight_tying.</summary>
    private static IEnumerable<string> TiedHead(HashSet<string> carried, CoverageBuilder cover)
    {
        var named = carried.Where(cover.Base!.IsTiedHead);
        return cover.Base.TiedHead is { } head && !cover.Config.EnsureWeightTying ? named.DefaultIfEmpty(BaseLayout.ModuleOf(head.Name)) : named;
    }
}
