using Loragate.EvalHarness.Models;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Scoring;

/// <summary>
/// Every token sees its ancestors in its own tree and itself. A tree's first sequence is plain causal attention; the other branches carry a
/// mask over the tree, made once for all layers.
/// </summary>
internal sealed class ForestAttention : AttentionPlan
{
    private readonly List<(int Start, int Chain, int Count, Tensor? Mask)> _trees = [];

    /// <summary>Makes the masks; they belong to the caller's dispose scope.</summary>
    public ForestAttention(AttentionShape shape, IReadOnlyList<TokenTree> trees, ScalarType type, Device device) : base(shape)
    {
        var start = 0;
        foreach (var tree in trees)
        {
            var mask = tree.ChainLength == tree.Count ? null : tensor(BranchMask(tree), tree.Count - tree.ChainLength, tree.Count, dtype: type, device: device);
            _trees.Add((start, tree.ChainLength, tree.Count, mask));
            start += tree.Count;
        }
    }

    public override Tensor Attend(int layer, Tensor query, Tensor key, Tensor value)
    {
        var outputs = new List<Tensor>();
        foreach (var (start, chain, count, mask) in _trees)
        {
            var keys = key.narrow(0, start, count).permute(1, 0, 2);
            var values = value.narrow(0, start, count).permute(1, 0, 2);
            outputs.Add(Product(query.narrow(0, start, chain), keys.narrow(1, 0, chain), values.narrow(1, 0, chain), mask: null, causal: true));
            if (mask is not null)
                outputs.Add(Product(query.narrow(0, start + chain, count - chain), keys, values, mask, causal: false));
        }
        return cat(outputs, 0).view(query.shape[0], -1);
    }

    /// <summary>0 where the row's token sees the column's, −∞ elsewhere: (branch tokens, tree).</summary>
    private static float[] BranchMask(TokenTree tree)
    {
        var (chain, count) = (tree.ChainLength, tree.Count);
        var mask = new float[checked((count - chain) * count)];
        Array.Fill(mask, float.NegativeInfinity);
        for (var node = chain; node < count; node++)
        {
            var row = mask.AsSpan((node - chain) * count, count);
            var parent = tree.Parents[node];
            if (parent < chain)
                row[..(parent + 1)].Clear();
            else
                mask.AsSpan((parent - chain) * count, count).CopyTo(row);
            row[node] = 0;
        }
        return mask;
    }
}
