using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>y = w · (x − mean(x)) / √(var(x) + ε) + b over the last dimension, in float32 (Ba et al., arXiv 1607.06450).</summary>
internal sealed class LayerNorm(Tensor weight, Tensor? bias, double epsilon) : Norm
{
    public override Tensor Of(Tensor x) =>
        nn.functional.layer_norm(
            x.ToWide(), [x.shape[^1]], weight.ToWide(), bias?.ToWide()!, epsilon).to_type(x.dtype);
}
