using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>All tokens of the pass are one sequence from its beginning.</summary>
internal sealed class ChainAttention : AttentionPlan
{
    public override Tensor Attend(AttentionKernel kernel, Tensor query, Tensor key, Tensor value) =>
        Chain(kernel, query, key.permute(1, 0, 2), value.permute(1, 0, 2)).reshape(query.shape[0], -1);
}
