using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>Which of a pass's tokens see which keys. One plan serves all layers of one pass.</summary>
internal abstract class AttentionPlan
{
    /// <summary>The attention product of one layer over the pass's tokens.</summary>
    /// <param name="kernel">The layer's product.</param>
    /// <param name="query">(T, heads, d), with positions.</param>
    /// <param name="key">(T, key-value heads, d), with positions.</param>
    /// <param name="value">(T, key-value heads, d).</param>
    /// <returns>(T, heads·d).</returns>
    public abstract Tensor Attend(AttentionKernel kernel, Tensor query, Tensor key, Tensor value);

    /// <summary>
    /// One sequence from its beginning: token i sees tokens 0 … i, as far as the window reaches. A window is computed in blocks of its own
    /// length, so that time and memory grow with T·W and not with T².
    /// </summary>
    /// <param name="kernel">The layer's product.</param>
    /// <param name="query">(T, heads, d).</param>
    /// <param name="key">(key-value heads, T, d).</param>
    /// <param name="value">(key-value heads, T, d).</param>
    /// <returns>(T, key-value heads, group, d).</returns>
    protected static Tensor Chain(AttentionKernel kernel, Tensor query, Tensor key, Tensor value)
    {
        var count = query.shape[0];
        if (kernel.Window is not { } window || window >= count)
            return kernel.Of(query, key, value, mask: null);
        var blocks = new List<Tensor>();
        for (var start = 0L; start < count; start += window)
        {
            var rows = Math.Min(window, count - start);
            var first = Math.Max(0, start - window + 1);
            var seen = start + rows - first;
            var mask = AttentionMask.Band(rows, seen, window, query.dtype, query.device);
            blocks.Add(kernel.Of(query.narrow(0, start, rows), key.narrow(1, first, seen), value.narrow(1, first, seen), mask));
        }
        return cat(blocks, 0);
    }
}
