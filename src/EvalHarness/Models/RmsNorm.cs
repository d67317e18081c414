using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>y = w · x / √(mean(x²) + ε) over the last dimension, the quotient in float32 (Zhang and Sennrich, arXiv 1910.07467).</summary>
internal sealed class RmsNorm(Tensor weight, double epsilon)
{
    // Held: see docs/decisions/0007-scalars-are-held.md.
    private readonly Scalar _epsilon = epsilon.ToScalar();

    public Tensor Of(Tensor x)
    {
        var wide = x.to_type(ScalarType.Float32);
        var normed = wide * (wide * wide).mean([-1], keepdim: true).Plus(_epsilon).rsqrt();
        return normed.to_type(x.dtype) * weight;
    }
}
