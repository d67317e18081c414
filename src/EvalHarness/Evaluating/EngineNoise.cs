using static TorchSharp.torch;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>
/// Nats within which independent engines agree on a summed log-likelihood, by the type that they compute in: a half type rounds every product,
/// and other pieces round otherwise.
/// </summary>
internal static class EngineNoise
{
    /// <summary>Of float32 and wider.</summary>
    public const double Float32 = 2e-3;

    /// <summary>Of float16.</summary>
    public const double Float16 = 0.03;

    /// <summary>Of bfloat16.</summary>
    public const double BFloat16 = 0.25;

    /// <summary>Of a model here.</summary>
    public static double Of(ScalarType type) => type switch
    {
        ScalarType.BFloat16 => BFloat16,
        ScalarType.Float16 => Float16,
        _ => Float32,
    };

    /// <summary>Of a run elsewhere, by Torch's name of its type ("torch.float32"); the greatest where it is not known.</summary>
    public static double Of(string? type) => type switch
    {
        "torch.float32" or "torch.float64" => Float32,
        "torch.float16" => Float16,
        _ => BFloat16,
    };
}
