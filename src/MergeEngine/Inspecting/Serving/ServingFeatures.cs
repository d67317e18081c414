using Loragate.Artifacts.Adapters;
using Loragate.MergeEngine.Deltas;

namespace Loragate.MergeEngine.Inspecting.Serving;

/// <summary>The features that an adapter uses, from its config and the names of its tensors.</summary>
internal static class ServingFeatures
{
    private static readonly string[] Embeddings = ["embed_tokens", "wte", "word_embeddings", "embed_in", "lm_head", "embed_out", "output_projection"];

    public static IReadOnlySet<ServingFeature> Of(PeftAdapter adapter)
    {
        var config = adapter.Config;
        var names = adapter.Weights.Header.Tensors.Select(t => t.Name).ToList();
        if (config.PeftType != "LORA")
            return new HashSet<ServingFeature> { ServingFeature.OtherMethod };
        var factored = names.Select(n => AdapterKey.Parse(AdapterKey.WithoutAdapterName(n))).OfType<AdapterKey>().Where(k => k.Part is AdapterPart.LoraA or AdapterPart.EmbeddingA).Select(k => k.Module).ToList();
        var fused = factored.Select(path => FusedParameters.Of(path, config)).ToList();
        // The factors of all experts of a parameter lie in one tensor, so its shape does not show their rank.
        var highest = factored.Zip(fused, (path, of) => config.RankOf(of is null ? path : FusedParameters.PathOf(of.Value))).DefaultIfEmpty(config.Rank).Max();
        (ServingFeature Feature, bool IsUsed)[] used =
        [
            (ServingFeature.Rslora, config.UseRslora),
            (ServingFeature.AlphaPattern, config.AlphaPattern.Any(p => p.Value != config.Alpha)),
            (ServingFeature.RankPattern, config.RankPattern.Any(p => p.Value != config.Rank)),
            (ServingFeature.Dora, config.UseDora),
            (ServingFeature.ExpertDora, config.UseDora && names.Any(n => n.Contains(".experts.", StringComparison.Ordinal))),
            (ServingFeature.SavedModule, config.ModulesToSave.Any(m => !IsEmbedding(m)) || names.Any(n => IsReplaced(n) && !IsEmbedding(n))),
            (ServingFeature.SavedEmbedding, config.ModulesToSave.Any(IsEmbedding) || names.Any(n => IsReplaced(n) && IsEmbedding(n))),
            (ServingFeature.EmbeddingFactors, names.Any(n => n.Contains(".lora_", StringComparison.Ordinal) && IsEmbedding(n))),
            (ServingFeature.Bias, config.Bias != "none" || names.Any(n => n.EndsWith(".bias", StringComparison.Ordinal))),
            (ServingFeature.TokenRows, names.Any(IsTokenRows)),
            (ServingFeature.RenamedTokenRows, names.Any(n => IsTokenRows(n) && !n.Contains("embed_tokens", StringComparison.Ordinal) && !n.Contains("lm_head", StringComparison.Ordinal))),
            (ServingFeature.Experts, fused.Any(of => of is { Parameter: not FusedParameters.Weight })),
            (ServingFeature.RankAbove16, highest > 16),
            (ServingFeature.RankAbove64, highest > 64),
        ];
        return used.Where(u => u.IsUsed).Select(u => u.Feature).ToHashSet();
    }

    /// <summary>Whether a name leads to an embedding or a head.</summary>
    public static bool IsEmbedding(string name) => name.Split('.').Any(Embeddings.Contains);

    private static bool IsTokenRows(string name) => name.EndsWith(".trainable_tokens_delta", StringComparison.Ordinal);

    private static bool IsReplaced(string name) => name.EndsWith(".weight", StringComparison.Ordinal) && !name.Contains(".lora_", StringComparison.Ordinal) && !name.EndsWith(".base_layer.weight", StringComparison.Ordinal);
}
