using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models.Weights;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>Reads tensors of an adapter into memory.</summary>
internal static class AdapterTensors
{
    /// <summary>A tensor in float32.</summary>
    /// <param name="adapter">The open adapter.</param>
    /// <param name="info">The tensor, of type F32, BF16 or F16.</param>
    /// <param name="shape">The shape to give it; as many elements as it has.</param>
    /// <param name="device">Where to put it.</param>
    /// <exception cref="ModelException">An element is not finite.</exception>
    public static Tensor Read(PeftAdapter adapter, TensorInfo info, IReadOnlyList<long> shape, Device device)
    {
        using var scope = NewDisposeScope();
        var raw = empty([.. shape], dtype: info.DType.ToTorch());
        adapter.Weights.ReadAll(info).CopyTo(raw.bytes);
        if (!raw.IsFinite())
            throw new ModelException($"{adapter.Folder}, tensor '{info.Name}'", TorchTypes.NotFinite, "Train or save the adapter again; 'loragate inspect' tells more.");
        return raw.to(ScalarType.Float32).to(device).MoveToOuterDisposeScope();
    }

    /// <summary>A tensor that has to be there, in float32; it is not in a dispose scope.</summary>
    /// <exception cref="ModelException">It is missing, or of another shape or type.</exception>
    public static Tensor Require(PeftAdapter adapter, string name, IReadOnlyList<long> shape, Device device) =>
        adapter.Weights.Find(name) is { } info && info.Shape.SequenceEqual(shape) && info.DType.IsMergeable
            ? Read(adapter, info, shape, device).DetachFromDisposeScope()
            : throw new ModelException($"{adapter.Folder}, tensor '{name}'", $"missing, or no F32, BF16 or F16 of shape [{string.Join(", ", shape)}]", "Save the adapter again, for this base.");

    /// <summary>Refuses a tensor that nothing used.</summary>
    public static void RefuseUnused(PeftAdapter adapter, IReadOnlySet<string> used)
    {
        if (adapter.Weights.Header.Tensors.Select(t => t.Name).Where(name => !used.Contains(name)).Order(StringComparer.Ordinal).FirstOrDefault() is { } surplus)
            throw new ModelException($"{adapter.Folder}, tensor '{surplus}'", "the model has no place for it", "Use the base that the adapter was tuned on.");
    }
}
