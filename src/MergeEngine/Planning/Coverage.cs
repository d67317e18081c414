using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Planning;

/// <summary>
/// Holds an adapter against a base, from headers and configs alone: every adapter tensor is used exactly once, everything that the config
/// targets has its tensors, shapes and ranks agree with the config. What does not fit is a finding; with a blocking one there is no merge.
/// </summary>
public sealed class Coverage
{
    private readonly PeftAdapter _adapter;
    private readonly CoverageBuilder _cover;
    private AdapterModule? _shared;

    private Coverage(PeftAdapter adapter, BaseLayout? layout, Declared declared) =>
        (_adapter, _cover) = (adapter, new CoverageBuilder(adapter.Config, layout, declared));

    /// <summary>What changes which tensor; empty without a base.</summary>
    public IReadOnlyList<Delta> Deltas => _cover.Deltas;

    /// <summary>Copies of base weights that the adapter carries; empty without a base.</summary>
    public IReadOnlyList<CarriedCopy> Copies => _cover.Copies;

    /// <summary>What does not fit.</summary>
    public IReadOnlyList<Finding> Findings => _cover.Findings;

    /// <summary>The name of the layout in which the factors of experts are read, of those that have one where any has; null where there are none.</summary>
    internal string? ExpertLayout => Deltas.OfType<ExpertsDelta>().Select(d => d.Factors).OrderByDescending(f => f.HasLayout).FirstOrDefault() is { } factors ? ExpertLayoutName.Of(factors.Layout) : null;

    /// <summary>True where the adapter changed its base before training and the caller says that this base is the changed one; null elsewhere.</summary>
    internal bool? ResidualBase => _cover.Declared.IsOnResidualBase && _adapter.Config.ChangesBase ? true : null;

    /// <summary>The modules of the adapter file.</summary>
    internal IReadOnlyList<AdapterModule> Modules { get; private set; } = [];

    /// <summary>Every tensor of the adapter and what it is used for, by name.</summary>
    internal IReadOnlyList<UsedTensor> Used
    {
        get
        {
            var changes = Deltas.SelectMany(d => d.Consumes.Select(t => (t.Name, d.Kind, Tensor: d.Target.Name)));
            var copies = Copies.Select(c => (c.Copy.Name, Kind: "copy", c.Tensor));
            return [.. changes.Concat(copies).GroupBy(u => u.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new UsedTensor(g.Key, g.First().Kind, [.. g.Select(u => u.Tensor).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]))];
        }
    }

    /// <summary>Checks an adapter, against a base where one is given.</summary>
    /// <param name="adapter">The open adapter.</param>
    /// <param name="layout">The base, or null.</param>
    /// <param name="declared">What the caller says of adapter and base, if anything.</param>
    /// <param name="cancellationToken">Stops between tensors and modules: a hostile file has many of either.</param>
    public static Coverage Of(PeftAdapter adapter, BaseLayout? layout, Declared? declared = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        var coverage = new Coverage(adapter, layout, declared ?? new Declared());
        coverage.Check(cancellationToken);
        return coverage;
    }

    private void Check(CancellationToken cancellationToken)
    {
        _cover.Add(ConfigRules.Check(_adapter.Config, _cover.Declared));
        if (!ConfigRules.IsMerged(_adapter.Config.PeftType))
            return;
        ReadModules(cancellationToken);
        foreach (var module in Modules)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CoverModule(module);
        }
        if (_cover.Base is null)
            return;
        CheckOrientation();
        TargetRules.Check(Modules, _cover, cancellationToken);
        SavedTensors.CheckPromised(_cover);
        FusedParameters.CheckPromised(Modules, _cover);
        CheckTokens();
        Untying.Check(_cover);
        CheckBijection();
    }

    private void ReadModules(CancellationToken cancellationToken)
    {
        var modules = new SortedDictionary<string, Dictionary<AdapterPart, TensorInfo>>(StringComparer.Ordinal);
        foreach (var tensor in _adapter.Weights.Header.Tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = AdapterKey.WithoutAdapterName(tensor.Name);
            if (name != tensor.Name)
                _cover.Warn("adapter-name", tensor.Name, "the name has the adapter's own name inside: a raw state dict, which PEFT reads under that name only", "Save the adapter with PEFT's save_pretrained.");
            if (AdapterKey.Parse(name) is not { } key)
                _cover.Block("unused-tensor", tensor.Name, $"the name does not begin with '{AdapterKey.Prefix}', so no reader finds it", "Save the adapter with PEFT's save_pretrained.");
            else if (!tensor.DType.IsMergeable)
                _cover.Block("factor-dtype", tensor.Name, $"is stored as {tensor.DType}; factors are F32, BF16 or F16", "Save the adapter in float32.");
            else if (tensor.Elements == 0 && _adapter.Config.PeftType != "ADALORA")
                _cover.Block("empty-tensor", tensor.Name, $"is {tensor.ShapeText}: it holds no number", "Save the adapter again with PEFT's save_pretrained.");
            else
                Sort(key, name, tensor, modules);
        }
        Modules = [.. modules.Select(m => new AdapterModule(m.Key, m.Value))];
        _shared = Modules.FirstOrDefault(m => m.Path.Length == 0);
    }

    private void Sort(AdapterKey key, string name, TensorInfo tensor, SortedDictionary<string, Dictionary<AdapterPart, TensorInfo>> modules)
    {
        if (key.Part is AdapterPart.Weight or AdapterPart.Bias)
            SavedTensors.Cover(name[AdapterKey.Prefix.Length..], tensor, _cover);
        else if (key.Part == AdapterPart.Other && SavedTensors.IsSaved(BaseLayout.ModuleOf(key.Module), _cover.Config))
            SavedTensors.Cover(key.Module, tensor, _cover);
        else if (tensor.Elements > Array.MaxLength)
            _cover.Block("factor-size", tensor.Name, $"is {tensor.ShapeText}: a factor has at most {Array.MaxLength} numbers", "Keep the adapter separate, or train one of lower rank.");
        else if (!PartsOf(_adapter.Config.PeftType).Contains(key.Part))
            _cover.Block("unused-tensor", tensor.Name, $"belongs to no change that {PeftMethod.NameOf(_adapter.Config.PeftType)} makes", "Restore the config that belongs to these weights.");
        else if (!(modules.TryGetValue(key.Module, out var parts) ? parts : modules[key.Module] = []).TryAdd(key.Part, tensor))
            _cover.Block("unused-tensor", tensor.Name, "the file has this tensor twice, under two names", "Save the adapter again with PEFT's save_pretrained.");
    }

    private static AdapterPart[] PartsOf(string peftType) => peftType switch
    {
        "LORA" => [AdapterPart.LoraA, AdapterPart.LoraB, AdapterPart.LoraBias, AdapterPart.EmbeddingA, AdapterPart.EmbeddingB, AdapterPart.Magnitude, AdapterPart.TokenRows],
        "ADALORA" => [AdapterPart.AdaA, AdapterPart.AdaB, AdapterPart.AdaE],
        "LOHA" => [AdapterPart.Hadamard1A, AdapterPart.Hadamard1B, AdapterPart.Hadamard2A, AdapterPart.Hadamard2B, AdapterPart.Hadamard1Core, AdapterPart.Hadamard2Core],
        "LOKR" => [AdapterPart.Kronecker1, AdapterPart.Kronecker1A, AdapterPart.Kronecker1B, AdapterPart.Kronecker2, AdapterPart.Kronecker2A, AdapterPart.Kronecker2B, AdapterPart.Kronecker2Core],
        "IA3" => [AdapterPart.Rescaling],
        "TRAINABLE_TOKENS" => [AdapterPart.OnlyTokenRows],
        "LN_TUNING" => [AdapterPart.TunedWeight, AdapterPart.TunedBias],
        "VERA" => [AdapterPart.LambdaB, AdapterPart.LambdaD, AdapterPart.SharedA, AdapterPart.SharedB],
        _ => [],
    };

    private void CoverModule(AdapterModule module)
    {
        if (module.HasAny(AdapterPart.TokenRows, AdapterPart.OnlyTokenRows))
            ReplacedRows.Cover(module, _cover);
        if (module.HasAny(AdapterPart.EmbeddingA, AdapterPart.EmbeddingB))
            EmbeddingDelta.Cover(module, _cover);
        else if (module.HasAny(AdapterPart.LoraA, AdapterPart.LoraB, AdapterPart.LoraBias, AdapterPart.Magnitude) && FusedParameters.Of(module.Path, _adapter.Config) is { } fused)
            FusedParameters.Cover(module, fused, _cover);
        else if (module.HasAny(AdapterPart.LoraA, AdapterPart.LoraB, AdapterPart.LoraBias, AdapterPart.Magnitude))
            LoraDelta.Cover(module, _cover);
        else if (_adapter.Config.PeftType == "ADALORA")
            AdaloraDelta.Cover(module, _cover);
        else if (_adapter.Config.PeftType == "LOHA")
            LohaDelta.Cover(module, _cover);
        else if (_adapter.Config.PeftType == "LOKR")
            LokrDelta.Cover(module, _cover);
        else if (_adapter.Config.PeftType == "IA3")
            Ia3Delta.Cover(module, _cover);
        else if (_adapter.Config.PeftType == "VERA" && module != _shared)
            VeraDelta.Cover(module, _shared, _cover);
        else if (_adapter.Config.PeftType == "LN_TUNING")
            TunedLayer.Cover(module, _cover);
    }

    /// <summary>
    /// PEFT writes fan_in_fan_out as the last module's kind was (lora/model.py, _create_new_module). Of a kind of model whose layers are not known, a square weight of
    /// that name may lie either way, and its shape does not show which.
    /// </summary>
    private void CheckOrientation()
    {
        foreach (var delta in Deltas.Where(d => _adapter.Config.FanInFanOut && d is LoraDelta or DoraDelta or AdaloraDelta or VeraDelta or Ia3Delta
            && d.Target.Shape is [var rows, var columns] && rows == columns && BaseLayout.IsNamedConv1D(d.Module) && !_cover.Base!.IsConv1D(d.Module)))
            _cover.Block("conv1d-unknown", delta.Module, $"fan_in_fan_out says that layers are stored transposed, which is not known of models of the type '{_cover.Base!.ModelType}'; the weight is square, so its shape does not show it", "Keep the adapter separate, or set fan_in_fan_out to false where the base has plain linear layers.");
    }

    private void CheckTokens()
    {
        foreach (var (key, _) in _adapter.Config.TokenIndices.Where(p => !Modules.Any(m => m.HasAny(AdapterPart.TokenRows, AdapterPart.OnlyTokenRows) && ReplacedRows.IsFor(p.Key, m.Path))))
            _cover.Block("token-index", _adapter.Config.TokenKey, $"names rows of {(key.Length == 0 ? "the input embedding" : $"'{key}'")}, but the adapter holds none", "Save the adapter again; some of its tensors are missing.");
    }

    /// <summary>The proof: with no blocking finding every tensor of the file is in a change or a comparison, and in one kind of them only.</summary>
    private void CheckBijection()
    {
        if (_cover.BlockedPlaces.Count > 0)
            return;
        var used = Used.ToDictionary(u => u.Name, StringComparer.Ordinal);
        foreach (var tensor in _adapter.Weights.Header.Tensors.Where(t => !used.ContainsKey(t.Name)))
            _cover.Block("unused-tensor", tensor.Name, "belongs to no change of any tensor", "Save the adapter again with PEFT's save_pretrained.");
        foreach (var twice in Deltas.GroupBy(d => d.Target.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
            _cover.Block("changed-twice", twice.Key, $"the adapter changes this tensor {twice.Count()} times ({string.Join(", ", twice.Select(d => d.Kind))})", "Train without one of these settings.");
    }
}
