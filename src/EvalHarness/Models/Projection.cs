using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>y = x Wᵀ + b. W is (out, in) as stored, which the matrix product reads without a transposed copy.</summary>
internal sealed class Projection(Tensor weight, Tensor? bias)
{
    public Tensor Of(Tensor x) => nn.functional.linear(x, weight, bias);
}
