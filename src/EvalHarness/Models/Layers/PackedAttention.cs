using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>Several sequences, one behind the other on the token axis: each is plain causal attention, and none sees another.</summary>
/// <param name="lengths">Tokens of each sequence.</param>
internal sealed class PackedAttention(IReadOnlyList<int> lengths) : AttentionPlan
{
    public override Tensor Attend(AttentionKernel kernel, Tensor query, Tensor key, Tensor value)
    {
        var (outputs, start) = (new List<Tensor>(), 0L);
        foreach (var length in lengths)
        {
            var (keys, values) = (key.narrow(0, start, length).permute(1, 0, 2), value.narrow(0, start, length).permute(1, 0, 2));
            outputs.Add(Chain(kernel, query.narrow(0, start, length), keys, values));
            start += length;
        }
        return cat(outputs, 0).reshape(query.shape[0], -1);
    }
}
