using Loragate.EvalHarness.Models.Adapters;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>
/// y = x Wᵀ + b, W (out, in), with the changes of an attachment on the rows that they target. A weight that is stored (in, out) comes
/// as a transposed view, which the matrix product reads without a copy.
/// </summary>
internal sealed class Projection(Tensor weight, Tensor? bias, IReadOnlyList<PlacedChange> changes)
{
    public Tensor Of(Tensor x)
    {
        if (changes.Count == 0)
            return nn.functional.linear(x, weight, bias);
        var y = nn.functional.linear(x, weight);
        foreach (var (change, firstRow, rows) in changes)
        {
            using var own = y.narrow(-1, firstRow, rows);
            change.Apply(x, own);
        }
        return bias is null ? y : y.Plus(bias);
    }
}
