using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>
/// A LoRA adapter's factors in memory, handed out by module name while a model is put together. LoRA, rsLoRA and DoRA of linear layers and
/// LoRA of the input embedding are computed live; every other kind is refused by name and can be evaluated merged.
/// </summary>
internal sealed class AttachedAdapter : Attachment
{
    private readonly PeftAdapter _adapter;
    private readonly Device _device;
    private readonly Dictionary<string, Dictionary<AdapterPart, TensorInfo>> _modules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> _copies = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<Tensor> _tensors = [];

    /// <summary>Sorts the adapter's tensors by module; no tensor is read.</summary>
    /// <exception cref="ModelException">The adapter is of a kind that is not computed live.</exception>
    public AttachedAdapter(PeftAdapter adapter, Device device)
    {
        _adapter = adapter;
        _device = device;
        CheckConfig(adapter.Config);
        foreach (var tensor in adapter.Weights.Header.Tensors)
        {
            if (!tensor.DType.IsMergeable)
                throw Fault($"tensor '{tensor.Name}'", $"type {tensor.DType}, where F32, BF16 and F16 are supported");
            if (AdapterKey.Parse(tensor.Name) is not { } key)
                throw Fault($"tensor '{tensor.Name}'", "nothing that is computed live");
            Sort(key, tensor);
        }
    }

    /// <inheritdoc/>
    public override LinearChange? OfLinear(string path, Tensor weight)
    {
        if (!_modules.TryGetValue(path, out var parts))
            return null;
        _used.Add(path);
        CheckCopy(path, weight);
        var (config, rank) = (_adapter.Config, _adapter.Config.RankOf(path));
        CheckParts(path, parts, config.UseDora, config.LoraBias);
        var scale = config.ScaleOf(path);
        var a = Read(path, parts[AdapterPart.LoraA], rank, weight.shape[1]);
        var b = Read(path, parts[AdapterPart.LoraB], weight.shape[0], rank);
        return new AttachedUpdate(scale)
        {
            A = a,
            B = b,
            Bias = config.LoraBias ? Read(path, parts[AdapterPart.LoraBias], weight.shape[0]) : null,
            RowFactor = config.UseDora ? RowFactor(Read(path, parts[AdapterPart.Magnitude], weight.shape[0]), weight, a, b, scale) : null,
        };
    }

    /// <inheritdoc/>
    internal override AttachedRows? OfEmbedding(string path, Tensor weight)
    {
        if (!_modules.TryGetValue(path, out var parts))
            return null;
        _used.Add(path);
        CheckCopy(path, weight);
        if (parts.Count != 2 || !parts.TryGetValue(AdapterPart.EmbeddingA, out var a) || !parts.TryGetValue(AdapterPart.EmbeddingB, out var b))
            throw Fault($"module '{path}'", "an embedding's update with other parts than A and B");
        var rank = _adapter.Config.RankOf(path);
        return new AttachedRows(Read(path, a, rank, weight.shape[0]).t(), Read(path, b, weight.shape[1], rank), _adapter.Config.ScaleOf(path));
    }

    /// <inheritdoc/>
    public override void RefuseUnused()
    {
        if (_modules.Keys.Where(m => !_used.Contains(m)).Concat(_copies.Keys).Order(StringComparer.Ordinal).FirstOrDefault() is { } surplus)
            throw Fault($"module '{surplus}'", "the model has no such module whose update is computed live");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _tensors.ForEach(t => t.Dispose());

    private void Sort(AdapterKey key, TensorInfo tensor)
    {
        if (key.Part == AdapterPart.Weight && key.Module.EndsWith(AdapterKey.BaseLayer, StringComparison.Ordinal))
        {
            _copies.Add(key.Module[..^AdapterKey.BaseLayer.Length], tensor);
            return;
        }
        if (!IsLive(key.Part))
            throw Fault($"tensor '{tensor.Name}'", key.Part == AdapterPart.TokenRows ? "rows of trainable tokens are not computed live" : "nothing that is computed live");
        if (!_modules.TryGetValue(key.Module, out var parts))
            _modules.Add(key.Module, parts = []);
        parts.Add(key.Part, tensor);
    }

    /// <summary>PEFT saves a copy of an embedding's or head's own weight; another one than the base's means another base.</summary>
    private void CheckCopy(string module, Tensor weight)
    {
        if (!_copies.Remove(module, out var copy))
            return;
        using var scope = NewDisposeScope();
        if (!Load(module, copy, weight.shape).to_type(weight.dtype).eq(weight).all().item<bool>())
            throw Fault($"tensor '{copy.Name}'", "differs from the base's, so the adapter was trained on another base");
    }

    private static bool IsLive(AdapterPart part) =>
        part is AdapterPart.LoraA or AdapterPart.LoraB or AdapterPart.LoraBias or AdapterPart.Magnitude or AdapterPart.EmbeddingA or AdapterPart.EmbeddingB;

    private void CheckConfig(AdapterConfig config)
    {
        if (config.PeftType != "LORA")
            throw Fault("peft_type", $"{PeftMethod.NameOf(config.PeftType)} is not computed live");
        if (config.ChangesBase)
            throw Fault("init_lora_weights", $"'{config.Initialisation}' changes the base in training, so the adapter does not fit the base as published", "Merge the adapter into its residual base ('loragate merge --residual-base'), or convert it to plain LoRA and merge that, and evaluate the merged model.");
        if (config.Features.Count > 0)
            throw Fault(config.Features[0], "this setting is not computed live");
        if (config is { UseDora: true, LoraBias: true })
            throw Fault("lora_bias", "a bias of B together with DoRA, which PEFT refuses as well");
    }

    private void CheckParts(string module, Dictionary<AdapterPart, TensorInfo> parts, bool dora, bool bias)
    {
        var expected = new HashSet<AdapterPart> { AdapterPart.LoraA, AdapterPart.LoraB };
        if (dora)
            expected.Add(AdapterPart.Magnitude);
        if (bias)
            expected.Add(AdapterPart.LoraBias);
        if (!expected.SetEquals(parts.Keys))
            throw Fault($"module '{module}'", $"has {string.Join(", ", parts.Keys.Order())} where the config asks for {string.Join(", ", expected.Order())}");
    }

    private Tensor Read(string module, TensorInfo info, params long[] shape)
    {
        var tensor = Load(module, info, shape).DetachFromDisposeScope();
        _tensors.Add(tensor);
        return tensor;
    }

    private Tensor Load(string module, TensorInfo info, long[] shape)
    {
        // DoRA's magnitudes are stored as a row or as a column by some versions.
        var stored = shape.Length == 1 ? [info.Elements] : info.Shape;
        if (!stored.SequenceEqual(shape))
            throw Fault($"module '{module}', tensor '{info.Name}'", $"shape {info.ShapeText} where config and model ask for [{string.Join(", ", shape)}]");
        return AdapterTensors.Read(_adapter, info, shape, _device);
    }

    private Tensor RowFactor(Tensor magnitude, Tensor weight, Tensor a, Tensor b, double scale)
    {
        using var scope = NewDisposeScope();
        using var s = scale.ToScalar();
        var updated = weight.to_type(ScalarType.Float32).Plus(b.matmul(a) * s);
        var factor = (magnitude / (updated * updated).sum(-1).sqrt()).DetachFromDisposeScope();
        _tensors.Add(factor);
        return factor;
    }

    private ModelException Fault(string part, string fault, string advice = "Merge the adapter and evaluate the merged model.") =>
        new($"{_adapter.Folder}, {part}", fault, advice);
}
