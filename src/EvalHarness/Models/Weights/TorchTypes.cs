using Loragate.Artifacts.Safetensors;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Weights;

/// <summary>What weights may be: Torch's names of their types, and finite.</summary>
internal static class TorchTypes
{
    /// <summary>The fault of weights that are not finite. Attention on a CPU makes zeros of some of them, so that no logit would tell.</summary>
    public const string NotFinite = "it holds NaN or infinity";

    /// <summary>Whether every element is finite.</summary>
    public static bool IsFinite(this Tensor weights)
    {
        using var scope = NewDisposeScope();
        return weights.isfinite().all().item<bool>();
    }

    public static ScalarType ToTorch(this DType type) => type switch
    {
        DType.F32 => ScalarType.Float32,
        DType.BF16 => ScalarType.BFloat16,
        DType.F16 => ScalarType.Float16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No weights of this type are computed in."),
    };
}
