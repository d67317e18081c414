using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Layers;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Scoring;

/// <summary>
/// Every token sees the kept beginning, its ancestors in its own tree and itself, as far as the layer's window reaches. Without a beginning a tree's first
/// sequence is plain causal attention; all else carries a mask, made once for all layers of the same window.
/// </summary>
internal sealed class ForestAttention : AttentionPlan
{
    private readonly KeptBeginning? _beginning;
    private readonly List<PlacedTree> _trees = [];

    /// <summary>Makes the masks; they belong to the caller's dispose scope.</summary>
    public ForestAttention(LanguageModel model, IReadOnlyList<TokenTree> trees, KeptBeginning? beginning)
    {
        _beginning = beginning;
        var start = 0;
        foreach (var tree in trees)
        {
            var plain = beginning is null ? tree.ChainLength : 0;
            var masks = plain == tree.Count ? [] : Reaches(model, tree).ToDictionary(reach => reach, reach => Mask(model, tree, plain, reach));
            _trees.Add(new PlacedTree(start, tree, plain, masks));
            start += tree.Count;
        }
    }

    public override Tensor Attend(AttentionKernel kernel, Tensor query, Tensor key, Tensor value)
    {
        var outputs = new List<Tensor>();
        foreach (var (start, tree, plain, masks) in _trees)
        {
            var count = tree.Count;
            var keys = key.narrow(0, start, count).permute(1, 0, 2);
            var values = value.narrow(0, start, count).permute(1, 0, 2);
            if (plain > 0)
                outputs.Add(Chain(kernel, query.narrow(0, start, plain), keys.narrow(1, 0, plain), values.narrow(1, 0, plain)));
            if (plain < count)
                outputs.Add(Masked(kernel, query.narrow(0, start + plain, count - plain), keys, values, masks[Reach(kernel.Window, tree)]));
        }
        return cat(outputs, 0).reshape(query.shape[0], -1);
    }

    private Tensor Masked(AttentionKernel kernel, Tensor query, Tensor keys, Tensor values, Tensor mask)
    {
        if (_beginning is null)
            return kernel.Of(query, keys, values, mask);
        var (before, valuesBefore) = _beginning.Of(kernel.Layer);
        return kernel.Of(query, cat([before, keys], 1), cat([valuesBefore, values], 1), mask);
    }

    private int Before => _beginning?.Length ?? 0;

    /// <summary>How many tokens back a token of the tree can see; windows beyond the deepest token are all one.</summary>
    private int Reach(int? window, TokenTree tree) => Math.Min(window ?? int.MaxValue, Before + tree.Depth);

    private IEnumerable<int> Reaches(LanguageModel model, TokenTree tree) => model.Windows.Select(w => Reach(w, tree)).Append(Reach(null, tree)).Distinct();

    private Tensor Mask(LanguageModel model, TokenTree tree, int plain, int reach) =>
        tensor(MaskOf(tree, plain, Before, reach), tree.Count - plain, Before + tree.Count, dtype: model.Type, device: model.Device);

    /// <summary>0 where the row's token sees the column's, −∞ elsewhere: (tokens behind the plain ones, beginning and tree).</summary>
    private static float[] MaskOf(TokenTree tree, int plain, int before, int reach)
    {
        var (chain, width) = (tree.ChainLength, before + tree.Count);
        var mask = new float[checked((tree.Count - plain) * width)];
        Array.Fill(mask, float.NegativeInfinity);
        for (var node = plain; node < tree.Count; node++)
        {
            var row = mask.AsSpan((node - plain) * width, width);
            var parent = tree.Parents[node];
            // The nearest position that is too far back, in the sequence without its beginning.
            var nearest = tree.Depths[node] - reach;
            var own = row[before..];
            if (parent < chain)
            {
                var first = Math.Max(0, nearest + 1);
                if (first <= parent)
                    own[first..(parent + 1)].Clear();
            }
            else
            {
                mask.AsSpan(((parent - plain) * width) + before, tree.Count).CopyTo(own);
                if (nearest >= 0)
                    own[tree.Ancestor(node, nearest)] = float.NegativeInfinity;
            }
            own[node] = 0;
            row[Math.Clamp(before + nearest + 1, 0, before)..before].Clear();
        }
        return mask;
    }

    /// <param name="Start">Where the tree begins on the token axis.</param>
    /// <param name="Tree">The tree.</param>
    /// <param name="Plain">How many of its first tokens need no mask.</param>
    /// <param name="Masks">The masks of the others by reach.</param>
    private sealed record PlacedTree(int Start, TokenTree Tree, int Plain, IReadOnlyDictionary<int, Tensor> Masks);
}
