using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>
/// Self-attention over a flat token axis: x (T, hidden) → (T, hidden). Query, key and value are one matrix in that order.
/// Which token sees which is the <see cref="AttentionPlan"/>'s business.
/// </summary>
internal sealed class Attention(Projection queryKeyValue, Projection output, AttentionShape shape)
{
    public Tensor Of(Tensor x, RotaryAngles angles, AttentionPlan plan, int layer)
    {
        var tokens = x.shape[0];
        var turned = shape.Heads + shape.KeyValueHeads;
        var stacked = queryKeyValue.Of(x).view(tokens, turned + shape.KeyValueHeads, shape.HeadSize);
        var queryAndKey = angles.Turn(stacked.narrow(1, 0, turned));
        var query = queryAndKey.narrow(1, 0, shape.Heads);
        var key = queryAndKey.narrow(1, shape.Heads, shape.KeyValueHeads);
        var value = stacked.narrow(1, turned, shape.KeyValueHeads);
        return output.Of(plan.Attend(layer, query, key, value));
    }
}
