using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>y = w · x / √(mean(x²) + ε) over the last dimension (Zhang and Sennrich, arXiv 1910.07467).</summary>
internal sealed class RmsNorm(Tensor weight, double epsilon, NormScale scale) : Norm
{
    // Held: see docs/decisions/0007-scalars-are-held.md.
    private static readonly Scalar One = 1.ToScalar();

    private readonly Scalar _epsilon = epsilon.ToScalar();

    public override Tensor Of(Tensor x)
    {
        var wide = x.ToWide();
        var normed = wide * (wide * wide).mean([-1], keepdim: true).Plus(_epsilon).rsqrt();
        return scale switch
        {
            NormScale.Rounded => normed.to_type(x.dtype) * weight,
            NormScale.Wide => (normed * weight).to_type(x.dtype),
            NormScale.AroundOne => (normed * weight.ToWide().Plus(One)).to_type(x.dtype),
            _ => throw new InvalidOperationException($"No scale {scale}."),
        };
    }
}
