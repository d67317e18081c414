using Loragate.EvalHarness.Models;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>What parameters are kept in beside a model's weights.</summary>
internal static class ParameterPrecision
{
    /// <summary>The type that parameters are kept and computed in: float32 at least.</summary>
    public static ScalarType ParameterType(this LanguageModel model) => model.Precision == Precision.Float64 ? ScalarType.Float64 : ScalarType.Float32;
}
