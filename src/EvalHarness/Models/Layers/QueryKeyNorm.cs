using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Layers;

/// <summary>Norms of query and key.</summary>
/// <param name="query">The query's norm.</param>
/// <param name="key">The key's norm.</param>
/// <param name="acrossHeads">Whether all heads of a token are one row for the norm; otherwise each head is.</param>
internal sealed class QueryKeyNorm(Norm query, Norm key, bool acrossHeads)
{
    /// <summary>(T, heads, d) → (T, heads, d).</summary>
    public Tensor OfQuery(Tensor heads) => Of(query, heads);

    /// <summary>(T, key-value heads, d) → (T, key-value heads, d).</summary>
    public Tensor OfKey(Tensor heads) => Of(key, heads);

    private Tensor Of(Norm norm, Tensor heads) =>
        acrossHeads ? norm.Of(heads.reshape(heads.shape[0], -1)).view(heads.shape) : norm.Of(heads);
}
