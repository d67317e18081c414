using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>A copy of a model whose every weight is trained.</summary>
internal sealed class FullModel : TunedModel
{
    /// <summary>Of config, tokenizer and chat template.</summary>
    private static readonly HashSet<string> CarriedExtensions = new(StringComparer.OrdinalIgnoreCase) { ".json", ".model", ".txt", ".jinja", ".tiktoken" };

    private readonly LanguageModel _base;
    private readonly ScalarType _computed;
    private readonly Dictionary<string, Tensor> _trained;
    private readonly List<Tensor> _rounded = [];
    private LanguageModel? _model;

    public FullModel(LanguageModel model)
    {
        _base = model;
        _computed = model.Type;
        _trained = model.Weights.ToDictionary(w => w.Name, w => Initial.Leaf(() => w.Value.to_type(model.ParameterType())), StringComparer.Ordinal);
        Parameters = [.. model.Weights.Select(w => new Parameter(w.Name, _trained[w.Name]))];
        Refresh();
    }

    public override LanguageModel Model => _model!;

    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The weights that the model computes with, as views or roundings of the trained ones that gradients pass through.</summary>
    public override void Refresh()
    {
        if (_model is not null && _computed == _base.ParameterType())
            return;
        Forget();
        _model = _base.With(_base.Precision, _computed, Rounded);
    }

    /// <summary>One file of the base's tensors, each in its stored type, beside the files that a merge carries along: no signature and no model card, which are the base's.</summary>
    public override void Save(Checkpoint checkpoint, OutputFolder output, CancellationToken cancellation)
    {
        foreach (var file in checkpoint.SideFiles().Where(IsCarried))
            output.CopyIn(Path.Combine(checkpoint.Folder, file), file);
        var parts = _base.Weights.SelectMany(w => w.Parts).Select(p => checkpoint.Tensor(p.Name).Info).ToList();
        using var writer = SafetensorsWriter.Create(
            Path.Combine(output.Path, Checkpoint.SingleFile), parts.Select(p => new TensorPlan(p.Name, p.DType, p.Shape)), new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var weight in _base.Weights)
        {
            var first = 0L;
            foreach (var (name, rows) in weight.Parts)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                writer.Write(name, 0, TensorFile.Bytes(name, _trained[weight.Name].narrow(0, first, rows), Stored(checkpoint.Tensor(name).Info.DType)));
                first += rows;
            }
        }
        writer.Flush();
    }

    public override void Dispose()
    {
        Forget();
        foreach (var weight in _trained.Values)
            weight.Dispose();
    }

    private static bool IsCarried(string name) =>
        !name.EndsWith(".sigstore.json", StringComparison.OrdinalIgnoreCase)
        && (CarriedExtensions.Contains(Path.GetExtension(name)) || name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase) || name.StartsWith("NOTICE", StringComparison.OrdinalIgnoreCase));

    private Tensor Rounded(ModelWeight weight)
    {
        if (_computed == _base.ParameterType())
            return _trained[weight.Name];
        _rounded.Add(_trained[weight.Name].to_type(_computed).DetachFromDisposeScope());
        return _rounded[^1];
    }

    private void Forget()
    {
        _model?.Dispose();
        _rounded.ForEach(t => t.Dispose());
        _rounded.Clear();
    }

    private static ScalarType Stored(DType type) => type switch
    {
        DType.F32 => ScalarType.Float32,
        DType.BF16 => ScalarType.BFloat16,
        DType.F16 => ScalarType.Float16,
        _ => throw new InvalidOperationException($"No weights of type {type} were loaded."),
    };
}
