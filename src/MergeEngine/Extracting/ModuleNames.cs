using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Extracting;

/// <summary>What a checkpoint's tensor names say about the modules of the model's class.</summary>
/// <param name="model">The base checkpoint.</param>
internal sealed class ModuleNames(Checkpoint model)
{
    private const string WeightSuffix = ".weight";

    /// <summary>GPT-2's class: its linear layers are stored transposed, and its files may leave the outermost attribute out.</summary>
    private const string OuterAttribute = "transformer.";

    private readonly BaseLayout _layout = BaseLayout.Of(model);

    /// <summary>Why no low-rank update holds a tensor's change; null where one can.</summary>
    public static string? ReasonAgainst(CheckpointTensor tensor)
    {
        return tensor switch
        {
            { Info.DType.IsMergeable: false } => $"stored as {tensor.Info.DType}",
            _ when tensor.Name.EndsWith(".bias", StringComparison.Ordinal) => "a bias",
            { Info.Shape.Count: not 2 } => $"has {tensor.Info.Shape.Count} dimensions, not two",
            _ when !tensor.Name.EndsWith(WeightSuffix, StringComparison.Ordinal) => "no module's weight",
            _ when BaseLayout.IsTable(Module(tensor.Name)) => "an embedding",
            _ when tensor.Info.Shape.Contains(0) => "has no elements",
            _ => null,
        };
    }

    /// <summary>A tensor's name without its last part.</summary>
    public static string Module(string tensor) => tensor.LastIndexOf('.') is > 0 and var dot ? tensor[..dot] : tensor;

    /// <summary>A file's name for something as the model's class calls it.</summary>
    public string InClass(string name) =>
        _layout.HasConv1D && model.Tensors.ContainsKey("wte.weight") ? OuterAttribute + name : name;

    /// <summary>Whether modules that are saved whole hold the embedding of a base whose head it is.</summary>
    public bool HoldsTie(IReadOnlySet<string> saved) => _layout is { IsTied: true, Embedding: { } embedding } && saved.Contains(Module(embedding.Name));

    /// <summary>Whether a tensor is the head of a tied base, stored beside the embedding that it is.</summary>
    public bool IsTiedHead(string tensor) => _layout.IsTied && _layout.StoredHead?.Name == tensor;

    /// <summary>Whether the tensor is stored (in, out).</summary>
    public bool IsTransposed(CheckpointTensor tensor) => _layout.IsConv1D(Module(tensor.Name));
}
