using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Combining;

/// <summary>
/// Reads the modules of an adapter from its header and names all that keeps it from being combined: an update that is not w·s·B·A cannot be
/// added as one.
/// </summary>
internal sealed class CombineRules(PeftAdapter adapter)
{
    /// <summary>Initialisations that leave the base as it was (PEFT, lora/layer.py).</summary>
    private static readonly string[] HarmlessInitialisations = ["true", "false", "gaussian", "orthogonal", "eva", "mica"];

    private readonly List<Finding> _findings = [];
    private readonly SortedDictionary<string, (TensorInfo? A, TensorInfo? B)> _factors = new(StringComparer.Ordinal);

    /// <summary>What keeps the adapter from being combined.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The modules whose factors fit; complete only without findings.</summary>
    public Dictionary<string, FactorPair> Read(double weight)
    {
        if (weight == 0)
            Block("weight-zero", "weight", "a weight of 0 contributes nothing", "Leave the adapter out.");
        CheckConfig(adapter.Config);
        var modules = new Dictionary<string, FactorPair>(StringComparer.Ordinal);
        if (adapter.Config.PeftType != "LORA")
            return modules;
        foreach (var tensor in adapter.Weights.Header.Tensors)
            ReadTensor(tensor);
        foreach (var (path, (a, b)) in _factors)
        {
            if (Pair(path, a, b) is { } pair)
                modules.Add(path, pair);
        }
        if (modules.Count == 0 && _findings.Count == 0)
            Block("missing-module", PeftAdapter.WeightsFile, "holds no factor", "Save the adapter again.");
        return modules;
    }

    private void CheckConfig(AdapterConfig config)
    {
        if (config.PeftType != "LORA")
            Block("unsupported-type", "peft_type", $"'{config.PeftType}' is not a sum of low-rank updates that could be added", "Combine LoRA adapters.");
        if (config.UseDora)
            Block("unsupported-setting", "use_dora", "DoRA rescales the base and cannot be added to another update", "Merge it into the base alone.");
        if (config.Bias != "none")
            Block("unsupported-setting", "bias", $"'{config.Bias}' replaces biases, which cannot be added", "Train with bias=\"none\".");
        if (config.ModulesToSave.Count > 0)
            Block("unsupported-setting", "modules_to_save", $"replaces {string.Join(", ", config.ModulesToSave)} whole, which cannot be added", "Train without modules_to_save.");
        foreach (var feature in config.Features)
            Block("unsupported-setting", feature, "changes what the factors mean", "Retrain without it.");
        if (config.UnknownKeys.Count > 0)
            Block("unsupported-setting", string.Join(", ", config.UnknownKeys), "no known version of PEFT writes this setting, so what it changes is unknown", "Remove the key if it is inert.");
        if (!HarmlessInitialisations.Contains(config.Initialisation))
            Block("base-mutated", "init_lora_weights", $"'{config.Initialisation}' changes the base in training, so the update does not belong to the base as published", "Convert the adapter to plain LoRA (PEFT: path_initial_model_for_weight_conversion).");
        if (config.Alpha == 0 || config.AlphaPattern.Any(p => p.Value == 0))
            Block("scale-zero", "lora_alpha", "an alpha of 0 means no effect", "Restore the alpha that the adapter was trained with.");
    }

    private void ReadTensor(TensorInfo tensor)
    {
        if (AdapterKey.Parse(tensor.Name) is not { Part: AdapterPart.LoraA or AdapterPart.LoraB } key)
        {
            Block("unused-tensor", tensor.Name, "belongs to no LoRA factor of a linear layer", "Retrain without it.");
            return;
        }
        if (!tensor.DType.IsMergeable)
            Block("factor-dtype", tensor.Name, $"is stored as {tensor.DType}; factors are F32, BF16 or F16", "Save the adapter in float32.");
        var (a, b) = _factors.GetValueOrDefault(key.Module);
        _factors[key.Module] = key.Part == AdapterPart.LoraA ? (tensor, b) : (a, tensor);
    }

    private FactorPair? Pair(string path, TensorInfo? a, TensorInfo? b)
    {
        if (a is null || b is null)
        {
            Block("missing-factor", path, $"the module has no {(a is null ? "A" : "B")} factor", "Save the adapter again.");
            return null;
        }
        var rank = adapter.Config.RankOf(path);
        if (a.Shape.Count == 2 && b.Shape.Count == 2 && a.Shape[0] == rank && b.Shape[1] == rank && a.Shape[1] is > 0 and < int.MaxValue && b.Shape[0] is > 0 and < int.MaxValue)
            return new FactorPair(a, b, adapter.Config.ScaleOf(path));
        Block("rank-mismatch", path, $"the config says rank {rank}, A is {a.ShapeText} and B is {b.ShapeText}", "Restore the config that belongs to these weights.");
        return null;
    }

    private void Block(string id, string where, string message, string advice) =>
        _findings.Add(new Finding(id, Severity.Block, $"{adapter.Identity.Name}, {where}", message, advice));
}
