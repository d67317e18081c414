using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Planning;

/// <summary>
/// Holds an adapter against a base, from headers and configs alone: every adapter tensor is used exactly once, every targeted module
/// has its tensors, shapes and ranks agree with the config. What does not fit is a finding; with a blocking one there is no merge.
/// </summary>
public sealed class Coverage
{
    private static readonly HashSet<string> Conv1DModels = new(StringComparer.Ordinal) { "gpt2", "openai-gpt", "imagegpt", "decision_transformer" };
    private static readonly HashSet<string> Conv1DModules = new(StringComparer.Ordinal) { "c_attn", "q_attn", "c_proj", "c_fc" };

    private readonly PeftAdapter _adapter;
    private readonly Checkpoint? _base;
    private readonly List<Finding> _findings = [];
    private readonly List<ModuleTarget> _targets = [];

    private Coverage(PeftAdapter adapter, Checkpoint? baseModel) => (_adapter, _base) = (adapter, baseModel);

    /// <summary>The modules whose tensors fit, by module path; empty without a base.</summary>
    public IReadOnlyList<ModuleTarget> Targets => _targets;

    /// <summary>What does not fit.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The modules of the adapter file.</summary>
    internal IReadOnlyList<AdapterModule> Modules { get; private set; } = [];

    /// <summary>Checks an adapter, against a base where one is given.</summary>
    public static Coverage Of(PeftAdapter adapter, Checkpoint? baseModel)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        var coverage = new Coverage(adapter, baseModel);
        coverage.Check();
        return coverage;
    }

    private void Check()
    {
        _findings.AddRange(ConfigRules.Check(_adapter.Config));
        if (_adapter.Config.PeftType != "LORA")
            return;
        Modules = ReadModules();
        foreach (var module in Modules)
            CheckModule(module);
        if (_base is not null)
            CheckTargets();
    }

    private List<AdapterModule> ReadModules()
    {
        var modules = new SortedDictionary<string, AdapterModule>(StringComparer.Ordinal);
        foreach (var tensor in _adapter.Weights.Header.Tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            if (AdapterKey.Parse(tensor.Name) is not { } key)
            {
                Block("unused-tensor", tensor.Name, $"the name does not begin with '{AdapterKey.Prefix}', so no reader finds it", "Save the adapter with PEFT's save_pretrained.");
                continue;
            }
            if (key.Part == AdapterPart.Other)
            {
                Block("unused-tensor", tensor.Name, "belongs to no LoRA factor of a linear layer, and this build merges nothing else", "Retrain without it, or merge with a build that supports it.");
                continue;
            }
            if (!tensor.DType.IsMergeable)
                Block("factor-dtype", tensor.Name, $"is stored as {tensor.DType}; factors are F32, BF16 or F16", "Save the adapter in float32.");
            var module = modules.GetValueOrDefault(key.Module) ?? new AdapterModule(key.Module, null, null, null);
            modules[key.Module] = key.Part switch
            {
                AdapterPart.LoraA => module with { A = tensor },
                AdapterPart.LoraB => module with { B = tensor },
                _ => module with { Magnitude = tensor },
            };
        }
        return [.. modules.Values];
    }

    private void CheckModule(AdapterModule module)
    {
        if (module.A is null || module.B is null)
        {
            var (has, lacks) = module.A is null ? ("no A", "lora_A") : ("no B", "lora_B");
            Block("missing-factor", module.Path, $"the module has {has} factor", $"Save the adapter again: {lacks} is missing.");
            return;
        }
        if (_adapter.Config.UseDora != module.Magnitude is not null)
            Block("missing-factor", module.Path, module.Magnitude is null ? "use_dora is set but the magnitude vector is missing" : "a magnitude vector although use_dora is not set", "Save the adapter again.");
        var rank = _adapter.Config.RankOf(module.Path);
        if (module.A.Shape.Count != 2 || module.B.Shape.Count != 2 || module.A.Shape[0] != rank || module.B.Shape[1] != rank)
            Block("rank-mismatch", module.Path, $"the config says rank {rank}, A is {module.A.ShapeText} and B is {module.B.ShapeText}", "Restore the config that belongs to these weights.");
        else if (Resolve(module) is { } target)
            _targets.Add(target);
    }

    private ModuleTarget? Resolve(AdapterModule module)
    {
        if (_base is null)
            return null;
        if (FindTensor(module.Path) is not { } tensor)
        {
            Block("absent-module", module.Path, "the base has no such module", "Merge into the base that the adapter was trained on.");
            return null;
        }
        var layout = LayoutOf(module.Path);
        var (output, input) = (module.B!.Shape[0], module.A!.Shape[1]);
        var expected = layout == StoredLayout.Linear ? new[] { output, input } : [input, output];
        if (!tensor.Info.Shape.SequenceEqual(expected) || (module.Magnitude is { } m && !m.Shape.SequenceEqual([output])))
        {
            Block("shape-mismatch", module.Path, $"B·A is [{output}, {input}], the base tensor is {tensor.Info.ShapeText}", "Merge into the base that the adapter was trained on.");
            return null;
        }
        if (!tensor.Info.DType.IsMergeable)
        {
            Block("base-dtype", tensor.Name, $"the base tensor is stored as {tensor.Info.DType}; F32, BF16 and F16 can be merged into", "Merge into the unquantised base.");
            return null;
        }
        return new ModuleTarget(module.Path, tensor, layout, module.A, module.B, module.Magnitude, _adapter.Config.RankOf(module.Path), _adapter.Config.ScaleOf(module.Path));
    }

    /// <summary>The tensor of a module: its own name, or the name without the class's outermost attribute (GPT-2's files leave "transformer." out).</summary>
    private CheckpointTensor? FindTensor(string module) =>
        _base!.Tensors.GetValueOrDefault(module + ".weight")
        ?? (module.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? _base.Tensors.GetValueOrDefault(module[(dot + 1)..] + ".weight") : null);

    private StoredLayout LayoutOf(string module) =>
        Conv1DModels.Contains(_base!.ModelType) && Conv1DModules.Contains(module[(module.LastIndexOf('.') + 1)..]) ? StoredLayout.Conv1D : StoredLayout.Linear;

    private void CheckTargets()
    {
        if (!_adapter.Config.Targets.IsStated)
            return;
        var carried = Modules.Select(m => m.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var module in carried.Where(m => !_adapter.Config.Targets.Includes(m)).Order(StringComparer.Ordinal))
            Block("untargeted-module", module, "has factors, but target_modules does not name it", "Restore the config that belongs to these weights.");
        var targeted = BaseModules().Where(_adapter.Config.Targets.Includes).ToList();
        foreach (var module in targeted.Where(m => !carried.Contains(m)))
            Block("missing-module", module, "is named by target_modules, but the adapter has no factors for it", "Save the adapter again; some of its tensors are missing.");
        if (targeted.Count == 0)
            Block("targets-nothing", AdapterConfig.FileName, "target_modules matches no module of the base", "Merge into the base that the adapter was trained on.");
    }

    private IEnumerable<string> BaseModules() =>
        _base!.Tensors.Values.Where(t => t.Info.Shape.Count == 2 && t.Name.EndsWith(".weight", StringComparison.Ordinal))
            .Select(t => ClassPath(t.Name[..^".weight".Length])).Order(StringComparer.Ordinal);

    /// <summary>The adapter's name for a base module whose file leaves the class's outermost attribute out.</summary>
    private string ClassPath(string module) =>
        Modules.Select(m => m.Path).FirstOrDefault(m => m.EndsWith("." + module, StringComparison.Ordinal) && !m[..^(module.Length + 1)].Contains('.', StringComparison.Ordinal)) ?? module;

    private void Block(string id, string where, string message, string advice) =>
        _findings.Add(new Finding(id, Severity.Block, where, message, advice));
}
