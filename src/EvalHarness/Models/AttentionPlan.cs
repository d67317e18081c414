using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>Which of a pass's tokens see which keys. One plan serves all layers of one pass.</summary>
internal abstract class AttentionPlan(AttentionShape shape)
{
    protected AttentionShape Shape { get; } = shape;

    /// <summary>softmax(q kᵀ / √d + mask) v for one layer.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="query">(T, heads, d), rotated.</param>
    /// <param name="key">(T, key-value heads, d), rotated.</param>
    /// <param name="value">(T, key-value heads, d).</param>
    /// <returns>(T, heads·d).</returns>
    public abstract Tensor Attend(int layer, Tensor query, Tensor key, Tensor value);

    /// <summary>
    /// One attention product in the layout (key-value heads, group, tokens, d): the group dimension of keys and values has stride 0,
    /// so that grouped queries read the same key without a copy. Returns (tokens, key-value heads, group, d).
    /// </summary>
    /// <param name="query">(T, heads, d).</param>
    /// <param name="key">(key-value heads, S, d).</param>
    /// <param name="value">(key-value heads, S, d).</param>
    /// <param name="mask">(T, S) to add to the scores, or null.</param>
    /// <param name="causal">Whether token i sees keys 0…i.</param>
    protected Tensor Product(Tensor query, Tensor key, Tensor value, Tensor? mask, bool causal)
    {
        var grouped = query.view(query.shape[0], Shape.KeyValueHeads, Shape.Group, Shape.HeadSize).permute(1, 2, 0, 3);
        return nn.functional.scaled_dot_product_attention(grouped, Share(key), Share(value), mask!, 0, causal).permute(2, 0, 1, 3);
    }

    private Tensor Share(Tensor heads) => heads.unsqueeze(1).expand(Shape.KeyValueHeads, Shape.Group, heads.shape[1], Shape.HeadSize);
}
