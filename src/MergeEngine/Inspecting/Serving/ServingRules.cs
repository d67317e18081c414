using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Inspecting.Serving;

/// <summary>
/// What servers ignore or refuse in an adapter that they are given unmerged, from their loaders or reports of them (docs/serving.md). A merged model has none
/// of these limits.
/// </summary>
internal static class ServingRules
{
    private const string Vllm = "vllm";
    private const string Sglang = "sglang";
    private const string LlamaCpp = "llama.cpp";
    private const string TensorRt = "tensorrt-llm";

    private static readonly ServerRule[] Rules =
    [
        Refuses(Vllm, ServingFeature.OtherMethod, "loads LoRA only"),
        Differs(Vllm, ServingFeature.AlphaPattern, "alpha_pattern is not read: lora_alpha / r scales every module"),
        Differs(Vllm, ServingFeature.RankPattern, "rank_pattern is not read: lora_alpha / r scales every module"),
        Refuses(Vllm, ServingFeature.Dora, "DoRA"),
        Refuses(Vllm, ServingFeature.SavedModule, "modules_to_save"),
        Refuses(Vllm, ServingFeature.SavedEmbedding, "modules_to_save"),
        Refuses(Vllm, ServingFeature.Bias, "bias other than \"none\""),
        Refuses(Vllm, ServingFeature.TokenRows, "tensors that are no lora_A or lora_B"),
        Differs(Vllm, ServingFeature.Experts, "factors of fused experts are reported to be passed over"),
        RefusesUnlessRaised(Vllm, ServingFeature.RankAbove16, "a rank above 16 unless --max-lora-rank is raised"),
        Refuses(Sglang, ServingFeature.OtherMethod, "loads LoRA only"),
        Differs(Sglang, ServingFeature.Rslora, "use_rslora is not read: lora_alpha / r, not lora_alpha / √r"),
        Differs(Sglang, ServingFeature.AlphaPattern, "lora_alpha / r scales every module"),
        Differs(Sglang, ServingFeature.RankPattern, "lora_alpha / r scales every module"),
        Differs(Sglang, ServingFeature.Dora, "magnitudes are not applied"),
        Differs(Sglang, ServingFeature.SavedModule, "replaced modules are not applied"),
        Differs(Sglang, ServingFeature.SavedEmbedding, "replaced modules are not applied"),
        Differs(Sglang, ServingFeature.Bias, "biases are not applied"),
        Differs(Sglang, ServingFeature.TokenRows, "replaced rows are not applied"),
        Differs(Sglang, ServingFeature.Experts, "factors of fused experts are reported to be passed over"),
        Refuses(LlamaCpp, ServingFeature.OtherMethod, "converts LoRA only"),
        Differs(LlamaCpp, ServingFeature.Rslora, "use_rslora is not read: lora_alpha / rank, not lora_alpha / √rank"),
        Differs(LlamaCpp, ServingFeature.AlphaPattern, "alpha_pattern is not read: lora_alpha scales every module"),
        Refuses(LlamaCpp, ServingFeature.Dora, "magnitude vectors"),
        Refuses(LlamaCpp, ServingFeature.SavedModule, "replaced modules other than norms"),
        Refuses(LlamaCpp, ServingFeature.SavedEmbedding, "a replaced embedding or head"),
        Refuses(LlamaCpp, ServingFeature.Bias, "biases"),
        Refuses(LlamaCpp, ServingFeature.TokenRows, "replaced rows"),
        Unknown(LlamaCpp, ServingFeature.Experts, "factors of fused experts"),
        Refuses(TensorRt, ServingFeature.OtherMethod, "loads LoRA only"),
        Differs(TensorRt, ServingFeature.AlphaPattern, "alpha_pattern is not read: lora_alpha scales every module"),
        Refuses(TensorRt, ServingFeature.ExpertDora, "magnitude vectors of experts"),
        Differs(TensorRt, ServingFeature.EmbeddingFactors, "factors on embedding and head are passed over"),
        Refuses(TensorRt, ServingFeature.SavedModule, "replaced modules other than embedding and head"),
        Refuses(TensorRt, ServingFeature.Bias, "biases"),
        Differs(TensorRt, ServingFeature.TokenRows, "replaced rows of embed_tokens and lm_head are passed over"),
        Refuses(TensorRt, ServingFeature.RenamedTokenRows, "replaced rows outside embed_tokens and lm_head"),
        Refuses(TensorRt, ServingFeature.Experts, "factors of fused experts"),
        RefusesUnlessRaised(TensorRt, ServingFeature.RankAbove64, "a rank above 64 unless max_lora_rank is raised"),
    ];

    /// <summary>What each server does with an adapter, by name.</summary>
    public static IReadOnlyList<ServerSupport> Of(PeftAdapter adapter) => Of(ServingFeatures.Of(adapter));

    /// <summary>What each server does with these features, by name.</summary>
    public static IReadOnlyList<ServerSupport> Of(IReadOnlySet<ServingFeature> features) =>
        [.. Rules.Select(r => r.Server).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(server => Of(server, features))];

    /// <summary>A warning for each server that would compute something else without saying so, or might, and a note for each that refuses.</summary>
    public static IEnumerable<Finding> Check(IReadOnlyList<ServerSupport> servers)
    {
        foreach (var server in servers.Where(s => s.Outcome == ServingOutcome.Differs))
            yield return new Finding("serving-differs", Severity.Warn, server.Server, $"would serve another model than this adapter was trained as: {string.Join("; ", server.Reasons)}", "Serve the merged model there.");
        foreach (var server in servers.Where(s => s.Outcome == ServingOutcome.Unknown))
            yield return new Finding("serving-unknown", Severity.Warn, server.Server, $"nobody knows what it makes of this adapter: {string.Join("; ", server.Reasons)}", "Serve the merged model there, or compare its answers with the adapter's own.");
        foreach (var server in servers.Where(s => s.Outcome == ServingOutcome.Refuses))
            yield return new Finding("serving-refused", Severity.Info, server.Server, $"would refuse this adapter: {string.Join("; ", server.Reasons)}", "Serve the merged model there.");
    }

    private static ServerSupport Of(string server, IReadOnlySet<ServingFeature> features)
    {
        var met = Rules.Where(r => r.Server == server && features.Contains(r.Feature)).ToList();
        var outcome = (met.All(r => r.IsLiftable) ? met : met.Where(r => !r.IsLiftable)).Select(r => r.Outcome).DefaultIfEmpty(ServingOutcome.Serves).Max();
        return new ServerSupport(server, outcome, [.. met.Where(r => r.Outcome == outcome).Select(r => r.Reason).Distinct(StringComparer.Ordinal)]);
    }

    private static ServerRule Refuses(string server, ServingFeature feature, string reason) => new(server, feature, ServingOutcome.Refuses, reason);

    private static ServerRule RefusesUnlessRaised(string server, ServingFeature feature, string reason) => new(server, feature, ServingOutcome.Refuses, reason, IsLiftable: true);

    private static ServerRule Differs(string server, ServingFeature feature, string reason) => new(server, feature, ServingOutcome.Differs, reason);

    private static ServerRule Unknown(string server, ServingFeature feature, string reason) => new(server, feature, ServingOutcome.Unknown, reason);
}
