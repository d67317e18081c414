using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>The type of statistics and logits: float32, or float64 where the model computes in it.</summary>
internal static class Wide
{
    public static ScalarType WideType(this Tensor x) => x.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    public static Tensor ToWide(this Tensor x) => x.to_type(x.WideType());
}
