using Loragate.Artifacts.Adapters;
using Loragate.EvalHarness.Models.Adapters;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>Puts factors where a config targets a module.</summary>
/// <param name="config">Which modules.</param>
/// <param name="targets">The names in it, each of which has to be there.</param>
/// <param name="create">Makes the factors of a module: (path, its W).</param>
internal sealed class LoraPlaces(AdapterConfig config, IReadOnlyList<string> targets, Func<string, Tensor, LoraChange> create) : Attachment
{
    private readonly List<LoraChange> _changes = [];
    private readonly List<string> _modules = [];

    /// <summary>target_modules.</summary>
    public IReadOnlyList<string> Targets => targets;

    /// <summary>The targeted modules, in the model's order.</summary>
    public IReadOnlyList<LoraChange> Changes => _changes;

    public override LinearChange? OfLinear(string path, Tensor weight)
    {
        _modules.Add(path);
        if (!config.Targets.Includes(path))
            return null;
        _changes.Add(create(path, weight));
        return _changes[^1];
    }

    public override void RefuseUnused()
    {
        if (targets.FirstOrDefault(t => !_changes.Any(c => c.Module == t || c.Module.EndsWith("." + t, StringComparison.Ordinal))) is { } absent)
            throw new TuningException($"target '{absent}'", "the model has no such linear module in the layers asked for", $"Name some of: {string.Join(", ", _modules.Select(ModulePath.LastName).Distinct(StringComparer.Ordinal))}.");
        if (config.Targets.Layers.FirstOrDefault(l => !_changes.Any(c => ModulePath.LayerOf(c.Module) == l), -1) is >= 0 and var layer)
            throw new TuningException($"layer {layer}", "the model has no such layer", "Layers count from 0.");
        if (config.RankPattern.Select(p => p.Key).Concat(config.AlphaPattern.Select(p => p.Key)).FirstOrDefault(p => new ModulePattern(p) is var expression && !_changes.Any(c => expression.MatchesSuffix(c.Module))) is { } pattern)
            throw new TuningException($"pattern '{pattern}'", "no module that is tuned has a path that ends so", $"Patterns are over the ends of paths as {_changes[0].Module}.");
    }

    protected override void Dispose(bool disposing) => _changes.ForEach(c => c.Dispose());
}
