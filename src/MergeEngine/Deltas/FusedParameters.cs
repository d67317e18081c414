using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// Finds the tensors of fused expert parameters (target_parameters). PEFT wraps a module once a parameter, so the second wrapper's keys
/// lie around the first's: with n parameters the first in the class is n−1 "base_layer" deep. Where the order in the class is not known, several
/// parameters of one module are refused: those of equal shape could be taken for each other.
/// </summary>
internal static class FusedParameters
{
    /// <summary>A module's own weight, whose factors are those of the module.</summary>
    public const string Weight = "weight";

    /// <summary>The order in which transformers' expert classes register their parameters.</summary>
    private static readonly string[] Registered = ["gate_up_proj", "down_proj"];

    private static readonly string[][] GateUp = [["gate_proj", "up_proj"], ["w1", "w3"]];
    private static readonly string[][] Down = [["down_proj"], ["w2"]];

    /// <summary>Whether a module's factors are those of a parameter that the config names, and of which.</summary>
    public static (string Module, string Parameter)? Of(string path, AdapterConfig config)
    {
        var (module, depth) = (path, 0);
        for (; module.EndsWith(AdapterKey.BaseLayer, StringComparison.Ordinal); depth++)
            module = module[..^AdapterKey.BaseLayer.Length];
        var parameters = ParametersOf(module, config);
        var index = parameters.Count - 1 - depth;
        return index >= 0 ? (module, parameters[index]) : null;
    }

    /// <summary>The path by which patterns of ranks and alphas know a parameter: a module's own weight is its module.</summary>
    public static string PathOf((string Module, string Parameter) fused) => fused.Parameter == Weight ? fused.Module : $"{fused.Module}.{fused.Parameter}";

    /// <summary>Covers the factors of one fused parameter.</summary>
    public static void Cover(AdapterModule module, (string Module, string Parameter) fused, CoverageBuilder cover)
    {
        if (module[AdapterPart.LoraA] is not { Shape.Count: 2 } a || module[AdapterPart.LoraB] is not { Shape.Count: 2 } b || module.HasAny(AdapterPart.Magnitude, AdapterPart.LoraBias))
        {
            cover.Block("missing-factor", module.Path, "a fused parameter has the factors A and B, and nothing else", "Save the adapter again.");
            return;
        }
        var parameters = ParametersOf(fused.Module, cover.Config);
        if (parameters.Count > 1 && parameters.Except(Registered, StringComparer.Ordinal).Any())
        {
            cover.Block("parameter-order", module.Path, $"target_parameters names {string.Join(", ", parameters)} of one module, and the file does not show which factors are whose", "Train one adapter for each of these parameters.");
            return;
        }
        if (fused.Parameter == Weight)
        {
            LoraDelta.Cover(module with { Path = fused.Module }, cover);
            return;
        }
        if (cover.Base is null)
            return;
        var parts = PartsOf(fused, cover.Base);
        if (parts.Count == 0)
            cover.Block("absent-module", module.Path, $"the base has no experts with a parameter '{fused.Parameter}'", "Merge into the base that the adapter was trained on.");
        else if (Factors(module.Path, fused, a, b, parts, cover) is { } factors)
            Add(fused.Module, parts, factors, cover);
    }

    /// <summary>Parameters that the config names and no factors exist for.</summary>
    public static void CheckPromised(IEnumerable<AdapterModule> modules, CoverageBuilder cover)
    {
        var carried = modules.Select(m => Of(m.Path, cover.Config)).OfType<(string Module, string Parameter)>().ToHashSet();
        foreach (var name in cover.Config.TargetParameters.Where(name => !carried.Any(c => IsIn(name, c.Module) && name.EndsWith(c.Parameter, StringComparison.Ordinal))))
            cover.Block("missing-module", name, "is named by target_parameters, but the adapter has no factors for it", "Save the adapter again; some of its tensors are missing.");
        foreach (var layer in LayersLeftOut(carried, cover))
            cover.Block("missing-module", layer, "is named by target_parameters, but the adapter has no factors for it", "Save the adapter again; some of its tensors are missing.");
    }

    /// <summary>The parameters of a module that the config names, in the order of the class as far as it is known.</summary>
    private static List<string> ParametersOf(string module, AdapterConfig config) =>
        [.. config.TargetParameters.Where(name => IsIn(name, module)).Select(name => name[(name.LastIndexOf('.') + 1)..]).Distinct(StringComparer.Ordinal)
            .OrderBy(p => Array.IndexOf(Registered, p)).ThenBy(p => p, StringComparer.Ordinal)];

    private static bool IsIn(string name, string module)
    {
        var owner = BaseLayout.ModuleOf(name);
        return owner.Length > 0 && (module == owner || module.EndsWith("." + owner, StringComparison.Ordinal));
    }

    /// <summary>Experts of the base that lie beside covered ones, by their stored name, but have no factors.</summary>
    private static IEnumerable<string> LayersLeftOut(HashSet<(string Module, string Parameter)> carried, CoverageBuilder cover)
    {
        var covered = cover.Deltas.OfType<ExpertsDelta>().Select(d => d.Target.Name).ToHashSet(StringComparer.Ordinal);
        var shapes = covered.Select(Pattern).ToHashSet(StringComparer.Ordinal);
        return carried.Count == 0 ? [] : cover.Base!.Tensors.Keys.Where(t => !covered.Contains(t) && shapes.Contains(Pattern(t))).Order(StringComparer.Ordinal).Take(1);
    }

    private static string Pattern(string tensor) => string.Join('.', tensor.Split('.').Select(part => part.All(char.IsAsciiDigit) ? "#" : part));

    private static List<Part> PartsOf((string Module, string Parameter) fused, BaseLayout layout)
    {
        foreach (var name in layout.Names(fused.Module))
        {
            if (layout.Tensors.GetValueOrDefault($"{name}.{fused.Parameter}") is { Shape.Count: 3 } whole)
                return [new Part(whole, null, 0)];
            foreach (var leaves in fused.Parameter switch { "gate_up_proj" => GateUp, "down_proj" => Down, _ => [] })
            {
                if (Single(name, leaves, layout) is { Count: > 0 } parts)
                    return parts;
            }
        }
        return [];
    }

    private static List<Part> Single(string name, string[] leaves, BaseLayout layout)
    {
        var parts = new List<Part>();
        for (var expert = 0; ; expert++)
        {
            var tensors = leaves.Select(leaf => layout.Tensors.GetValueOrDefault(FormattableString.Invariant($"{name}.{expert}.{leaf}.weight"))).OfType<TensorPlan>().ToList();
            if (tensors.Count != leaves.Length || tensors.Any(t => t.Shape.Count != 2 || !t.Shape.SequenceEqual(tensors[0].Shape)))
                return parts;
            parts.AddRange(tensors.Select((tensor, i) => new Part(tensor, expert, i * (int)tensor.Shape[0])));
        }
    }

    private static ExpertFactors? Factors(string path, (string Module, string Parameter) fused, TensorInfo a, TensorInfo b, List<Part> parts, CoverageBuilder cover)
    {
        var experts = parts[0].Expert is null ? (int)parts[0].Tensor.Shape[0] : parts[^1].Expert!.Value + 1;
        var rows = parts[0].Expert is null ? parts[0].Tensor.Shape[1] : parts.Where(p => p.Expert == 0).Sum(p => p.Tensor.Shape[0]);
        var (columns, rank) = (parts[0].Tensor.Shape[^1], cover.Config.RankOf(PathOf(fused)));
        if (a.Shape[0] != (long)experts * rank || b.Shape[1] != (long)experts * rank)
        {
            cover.Block("rank-mismatch", path, $"the config says rank {rank} for each of {experts} experts, A is {a.ShapeText} and B is {b.ShapeText}", "Restore the config that belongs to these weights.");
            return null;
        }
        var (straight, turned) = (b.Shape[0] == rows && a.Shape[1] == columns, b.Shape[0] == columns && a.Shape[1] == rows);
        if (!straight && !turned)
            cover.Block("shape-mismatch", path, $"an expert's B·A is [{b.Shape[0]}, {a.Shape[1]}], the base has [{rows}, {columns}]", "Merge into the base that the adapter was trained on.");
        else if (straight && turned && (parts[0].Expert is null || !IsAtLeast019(cover.Config.PeftVersion)))
            cover.Block("expert-orientation", path, "an expert is square, and versions of PEFT differ in which side is the input", "Save the adapter with PEFT 0.19 or later, for a base that stores each expert on its own.");
        else if (LayoutOf(path, experts, rank, cover) is { } layout)
            return new ExpertFactors(a, b, experts, rank, cover.Config.ScaleOf(PathOf(fused)), layout, !straight);
        return null;
    }

    /// <summary>With one expert or rank 1 both layouts are the same.</summary>
    private static ExpertLayout? LayoutOf(string path, int experts, int rank, CoverageBuilder cover) =>
        experts == 1 || rank == 1 ? ExpertLayouts.Likely(cover) : ExpertLayouts.Of(path, cover);

    private static bool IsAtLeast019(string? version) =>
        version?.Split('.') is [var major, var minor, ..] && int.TryParse(major, out var x) && int.TryParse(minor, out var y) && (x, y).CompareTo((0, 19)) >= 0;

    private static void Add(string module, List<Part> parts, ExpertFactors factors, CoverageBuilder cover)
    {
        foreach (var part in parts.Where(p => cover.IsMergeable(p.Tensor)))
            cover.Add(new ExpertsDelta(module, part.Tensor, factors, part.Expert, part.FirstRow));
    }

    private readonly record struct Part(TensorPlan Tensor, int? Expert, int FirstRow);
}
