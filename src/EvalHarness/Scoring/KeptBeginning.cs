using Loragate.EvalHarness.Models;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Scoring;

/// <summary>Keys and values of a beginning that many sequences share, by layer: (key-value heads, tokens, d). Several threads may read them at once.</summary>
internal sealed class KeptBeginning : IDisposable
{
    private readonly CachedAttention _cache;

    private KeptBeginning(CachedAttention cache) => _cache = cache;

    /// <summary>Number of tokens.</summary>
    public int Length => _cache.Length;

    /// <summary>Runs the tokens, on one thread.</summary>
    public static KeptBeginning Run(LanguageModel model, IReadOnlyList<int> tokens, CancellationToken cancellation)
    {
        set_num_threads(1);
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var cache = new CachedAttention(model, tokens.Count);
        _ = model.Hidden(tokens, [.. Enumerable.Range(0, tokens.Count)], model.IsLong(tokens.Count), cache, cancellation);
        cache.Advance(tokens.Count);
        cache.DetachFromDisposeScope();
        return new KeptBeginning(cache);
    }

    /// <summary>Keys and values of a layer.</summary>
    public (Tensor Keys, Tensor Values) Of(int layer) => _cache.Of(layer);

    public void Dispose() => _cache.Dispose();
}
