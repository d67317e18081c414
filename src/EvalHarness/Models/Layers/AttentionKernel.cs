using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>
/// One layer's attention product, softmax(c·tanh(s·q kᵀ / c) + mask) v (Vaswani et al., arXiv 1706.03762; the cap c: arXiv 2408.00118).
/// Which token sees which is the <see cref="AttentionPlan"/>'s business.
/// </summary>
internal sealed class AttentionKernel
{
    // Held: see docs/decisions/0007-scalars-are-held.md.
    private readonly Scalar? _rescale;
    private readonly Scalar? _cap;
    private readonly Scalar _inverseRoot;

    /// <param name="layer">Index of the layer.</param>
    /// <param name="shape">Its heads.</param>
    /// <param name="scale">s; null for 1/√d.</param>
    /// <param name="cap">c; null for none.</param>
    public AttentionKernel(int layer, AttentionShape shape, double? scale = null, double? cap = null)
    {
        Layer = layer;
        Shape = shape;
        _rescale = scale is { } s ? (s * Math.Sqrt(shape.HeadSize)).ToScalar() : null;
        _cap = cap?.ToScalar();
        _inverseRoot = (1 / Math.Sqrt(shape.HeadSize)).ToScalar();
    }

    public int Layer { get; }

    public AttentionShape Shape { get; }

    /// <summary>How many tokens back a token sees, itself included; null for all.</summary>
    public int? Window { get; init; }

    /// <summary>
    /// The product in the layout (key-value heads, group, tokens, d): the group dimension of keys and values has stride 0, so that grouped
    /// queries read the same key without a copy. Returns (T, key-value heads, group, d).
    /// </summary>
    /// <param name="query">(T, heads, d).</param>
    /// <param name="key">(key-value heads, S, d).</param>
    /// <param name="value">(key-value heads, S, d).</param>
    /// <param name="mask">(T, S) to add to the scores; null where token i sees keys 0 … S − T + i and S is T, or T is 1.</param>
    public Tensor Of(Tensor query, Tensor key, Tensor value, Tensor? mask)
    {
        var grouped = query.view(query.shape[0], Shape.KeyValueHeads, Shape.Group, Shape.HeadSize).permute(1, 2, 0, 3);
        if (_rescale is not null)
            grouped = grouped * _rescale;
        var product = _cap is null ? Plain(grouped, Share(key), Share(value), mask) : Capped(grouped, Share(key), Share(value), mask, _cap);
        return product.permute(2, 0, 1, 3);
    }

    private static Tensor Plain(Tensor query, Tensor key, Tensor value, Tensor? mask) =>
        nn.functional.scaled_dot_product_attention(query, key, value, mask!, 0, is_casual: mask is null && query.shape[2] > 1);

    private Tensor Capped(Tensor query, Tensor key, Tensor value, Tensor? mask, Scalar cap)
    {
        var scores = (query * _inverseRoot).matmul(key.transpose(-2, -1)).div(cap).tanh().mul(cap);
        var seen = mask ?? AttentionMask.Causal(query.shape[2], key.shape[2], scores.dtype, scores.device);
        return scores.Plus(seen).softmax(-1, scores.WideType()).to_type(value.dtype).matmul(value);
    }

    private Tensor Share(Tensor heads) => heads.unsqueeze(1).expand(Shape.KeyValueHeads, Shape.Group, heads.shape[1], Shape.HeadSize);
}
