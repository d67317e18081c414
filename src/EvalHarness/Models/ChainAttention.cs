using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>All tokens of the pass are one sequence from its beginning.</summary>
internal sealed class ChainAttention(AttentionShape shape) : AttentionPlan(shape)
{
    public override Tensor Attend(int layer, Tensor query, Tensor key, Tensor value) =>
        Product(query, key.permute(1, 0, 2), value.permute(1, 0, 2), mask: null, causal: true).reshape(query.shape[0], -1);
}
