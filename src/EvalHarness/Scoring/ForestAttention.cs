using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Layers;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Scoring;

/// <summary>
/// Every token sees its ancestors in its own tree and itself, as far as the layer's window reaches. A tree's first sequence is plain causal
/// attention; the other branches carry a mask over the tree, made once for all layers of the same window.
/// </summary>
internal sealed class ForestAttention : AttentionPlan
{
    private readonly List<PlacedTree> _trees = [];

    /// <summary>Makes the masks; they belong to the caller's dispose scope.</summary>
    public ForestAttention(LanguageModel model, IReadOnlyList<TokenTree> trees)
    {
        var start = 0;
        foreach (var tree in trees)
        {
            var masks = tree.ChainLength == tree.Count ? [] : Reaches(model, tree).ToDictionary(reach => reach, reach => Mask(model, tree, reach));
            _trees.Add(new PlacedTree(start, tree, masks));
            start += tree.Count;
        }
    }

    public override Tensor Attend(AttentionKernel kernel, Tensor query, Tensor key, Tensor value)
    {
        var outputs = new List<Tensor>();
        foreach (var (start, tree, masks) in _trees)
        {
            var (chain, count) = (tree.ChainLength, tree.Count);
            var keys = key.narrow(0, start, count).permute(1, 0, 2);
            var values = value.narrow(0, start, count).permute(1, 0, 2);
            outputs.Add(Chain(kernel, query.narrow(0, start, chain), keys.narrow(1, 0, chain), values.narrow(1, 0, chain)));
            if (chain < count)
                outputs.Add(kernel.Of(query.narrow(0, start + chain, count - chain), keys, values, masks[Reach(kernel.Window, tree)]));
        }
        return cat(outputs, 0).reshape(query.shape[0], -1);
    }

    /// <summary>How many tokens back a token of the tree can see; windows beyond the tree's depth are all one.</summary>
    private static int Reach(int? window, TokenTree tree) => Math.Min(window ?? tree.Depth, tree.Depth);

    private static IEnumerable<int> Reaches(LanguageModel model, TokenTree tree) => model.Windows.Select(w => Reach(w, tree)).Append(tree.Depth).Distinct();

    private static Tensor Mask(LanguageModel model, TokenTree tree, int reach) =>
        tensor(BranchMask(tree, reach), tree.Count - tree.ChainLength, tree.Count, dtype: model.Type, device: model.Device);

    /// <summary>0 where the row's token sees the column's, −∞ elsewhere: (branch tokens, tree).</summary>
    private static float[] BranchMask(TokenTree tree, int reach)
    {
        var (chain, count) = (tree.ChainLength, tree.Count);
        var mask = new float[checked((count - chain) * count)];
        Array.Fill(mask, float.NegativeInfinity);
        for (var node = chain; node < count; node++)
        {
            var row = mask.AsSpan((node - chain) * count, count);
            var parent = tree.Parents[node];
            var nearest = tree.Depths[node] - reach;
            if (parent < chain)
            {
                var first = Math.Max(0, nearest + 1);
                if (first <= parent)
                    row[first..(parent + 1)].Clear();
            }
            else
            {
                mask.AsSpan((parent - chain) * count, count).CopyTo(row);
                if (nearest >= 0)
                    row[tree.Ancestor(node, nearest)] = float.NegativeInfinity;
            }
            row[node] = 0;
        }
        return mask;
    }

    /// <param name="Start">Where the tree begins on the token axis.</param>
    /// <param name="Tree">The tree.</param>
    /// <param name="Masks">The masks of its branches by reach.</param>
    private sealed record PlacedTree(int Start, TokenTree Tree, IReadOnlyDictionary<int, Tensor> Masks);
}
