using Loragate.EvalHarness.Models.Adapters;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>
/// y = x Wᵀ + b, W (out, in), with the updates of an attached adapter on the rows that they target. A weight that is stored (in, out) comes
/// as a transposed view, which the matrix product reads without a copy.
/// </summary>
internal sealed class Projection(Tensor weight, Tensor? bias, IReadOnlyList<AttachedUpdate> updates)
{
    public Tensor Of(Tensor x)
    {
        if (updates.Count == 0)
            return nn.functional.linear(x, weight, bias);
        var y = nn.functional.linear(x, weight);
        foreach (var update in updates)
            update.Apply(x, y);
        return bias is null ? y : y.Plus(bias);
    }
}
