using Loragate.Artifacts.Safetensors;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Weights;

/// <summary>Torch's names of the element types that weights may have.</summary>
internal static class TorchTypes
{
    public static ScalarType ToTorch(this DType type) => type switch
    {
        DType.F32 => ScalarType.Float32,
        DType.BF16 => ScalarType.BFloat16,
        DType.F16 => ScalarType.Float16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No weights of this type are computed in."),
    };
}
