using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// Tensors of an adapter file that have a base tensor's name: replaced modules and biases, and the copies of embedding and head that PEFT
/// saves along where they are targeted (PEFT utils/save_and_load.py, save_embedding_layers).
/// </summary>
internal static class SavedTensors
{
    /// <summary>Covers a tensor by its path, "model.norm.weight" or "lm_head.base_layer.weight".</summary>
    public static void Cover(string path, TensorInfo tensor, CoverageBuilder cover)
    {
        var (module, parameter) = (BaseLayout.ModuleOf(path), path[(path.LastIndexOf('.') + 1)..]);
        var isInner = module.EndsWith(AdapterKey.BaseLayer, StringComparison.Ordinal);
        module = isInner ? module[..^AdapterKey.BaseLayer.Length] : module;
        if (!isInner && IsSaved(module, cover.Config))
            Replace(module, parameter, tensor, cover);
        else if (parameter == "bias" && cover.Config.Bias is "all" or "lora_only")
            Replace(module, parameter, tensor, cover);
        else if (isInner || (parameter == "weight" && (BaseLayout.IsEmbedding(module) || BaseLayout.IsHead(module))))
            Compare(module, parameter, tensor, cover);
        else
            cover.Block("unused-tensor", tensor.Name, "belongs to no change that the config declares", "Restore the config that belongs to these weights.");
    }

    /// <summary>What modules_to_save and bias promise must be there.</summary>
    public static void CheckPromised(CoverageBuilder cover)
    {
        var replaced = cover.Deltas.OfType<ReplacedTensor>().Select(d => d.Target.Name).ToHashSet(StringComparer.Ordinal);
        var blocked = cover.BlockedPlaces;
        foreach (var tensor in cover.Base!.Tensors.Keys.Where(t => IsSaved(BaseLayout.ModuleOf(t), cover.Config)).Where(t => !replaced.Contains(t) && !blocked.Contains(BaseLayout.ModuleOf(t))).Order(StringComparer.Ordinal))
            cover.Block("missing-module", tensor, "is named by modules_to_save, but the adapter has no tensor for it", "Save the adapter again; some of its tensors are missing.");
        foreach (var name in cover.Config.ModulesToSave.Where(name => !cover.Base.Tensors.Keys.Concat(replaced).Any(t => Contains(name, BaseLayout.ModuleOf(t)))))
            cover.Block("missing-module", name, "is named by modules_to_save, but neither adapter nor base has it", "Merge into the base that the adapter was trained on.");
        CheckBiases(cover, replaced);
    }

    /// <summary>Whether modules_to_save names a module or one around it; PEFT compares the end of the name only, so "norm" means every layer norm.</summary>
    public static bool IsSaved(string module, AdapterConfig config) => config.ModulesToSave.Any(name => Contains(name, module));

    private static bool Contains(string name, string module)
    {
        for (var end = module.Length; end > 0; end = module.LastIndexOf('.', end - 1))
        {
            if (module.AsSpan(0, end).EndsWith(name, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static void CheckBiases(CoverageBuilder cover, HashSet<string> replaced)
    {
        if (cover.Config.Bias is not ("all" or "lora_only"))
            return;
        var expected = cover.Base!.Tensors.Keys.Where(t => t.EndsWith(".bias", StringComparison.Ordinal) && (cover.Config.Bias == "all" || cover.Config.Targets.Includes(BaseLayout.ModuleOf(t))));
        foreach (var bias in expected.Where(b => !replaced.Contains(b)).Order(StringComparer.Ordinal))
            cover.Block("missing-module", bias, $"bias=\"{cover.Config.Bias}\" trained it, but the adapter does not hold it", "Save the adapter again; some of its tensors are missing.");
        if (replaced.All(t => !t.EndsWith(".bias", StringComparison.Ordinal)))
            cover.Warn("bias", "bias", $"'{cover.Config.Bias}', although neither base nor adapter has a bias that it means", "Train with bias=\"none\" where the base has none.");
    }

    /// <summary>Replaces a tensor of the base, and warns where it is a weight.</summary>
    public static void Replace(string module, string parameter, TensorInfo tensor, CoverageBuilder cover)
    {
        if (cover.Find(module, parameter) is not { } target)
            return;
        if (!target.Shape.SequenceEqual(tensor.Shape))
            cover.Block("shape-mismatch", module, $"the adapter's tensor is {tensor.ShapeText}, the base's [{string.Join(", ", target.Shape)}]", "Merge into the base that the adapter was trained on.");
        else
            cover.Add(new ReplacedTensor(module, target, tensor));
        if (parameter == "weight")
            cover.Warn("replaced-module", module, "is replaced whole: what the base learnt there is gone", "Review it as a change of the model, not as a small adapter.");
    }

    private static void Compare(string module, string parameter, TensorInfo tensor, CoverageBuilder cover)
    {
        if (cover.Find(module, parameter) is not { } target)
            return;
        var held = cover.Base!.Tensors.ContainsKey(target.Name) ? target.Name : cover.Base.Embedding!.Name;
        if (!target.Shape.SequenceEqual(tensor.Shape))
            cover.Block("shape-mismatch", module, $"the adapter carries a copy of {tensor.ShapeText}, the base's tensor is [{string.Join(", ", target.Shape)}]", "Merge into the base that the adapter was trained on.");
        else
            cover.AddCopy(new CarriedCopy(tensor, held));
    }
}
