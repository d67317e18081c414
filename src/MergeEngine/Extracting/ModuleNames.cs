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

    private static readonly HashSet<string> Embeddings = new(StringComparer.Ordinal) { "wte", "wpe" };

    /// <summary>Why no low-rank update holds a tensor's change; null where one can.</summary>
    public static string? ReasonAgainst(CheckpointTensor tensor)
    {
        var last = BaseLayout.LastOf(Module(tensor.Name));
        return tensor switch
        {
            { Info.DType.IsMergeable: false } => $"stored as {tensor.Info.DType}",
            _ when tensor.Name.EndsWith(".bias", StringComparison.Ordinal) => "a bias",
            { Info.Shape.Count: not 2 } => $"has {tensor.Info.Shape.Count} dimensions, not two",
            _ when !tensor.Name.EndsWith(WeightSuffix, StringComparison.Ordinal) => "no module's weight",
            _ when Embeddings.Contains(last) || last.Contains("embed", StringComparison.Ordinal) => "an embedding",
            _ when tensor.Info.Shape.Contains(0) => "has no elements",
            _ => null,
        };
    }

    /// <summary>A tensor's name without its last part.</summary>
    public static string Module(string tensor) => tensor.LastIndexOf('.') is > 0 and var dot ? tensor[..dot] : tensor;

    /// <summary>A file's name for something as the model's class calls it.</summary>
    public string InClass(string name) =>
        BaseLayout.HasConv1D(model.ModelType) && model.Tensors.ContainsKey("wte.weight") ? OuterAttribute + name : name;

    /// <summary>Whether the tensor is stored (in, out).</summary>
    public bool IsTransposed(CheckpointTensor tensor) => BaseLayout.IsConv1D(model.ModelType, Module(tensor.Name));
}
