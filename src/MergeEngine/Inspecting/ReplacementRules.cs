using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Inspecting.Serving;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>Changes where every token passes: embedding and head. Tensors that are replaced whole are findings of their own.</summary>
internal static class ReplacementRules
{
    public static IEnumerable<Finding> Check(PeftAdapter adapter)
    {
        var features = ServingFeatures.Of(adapter);
        if (features.Contains(ServingFeature.EmbeddingFactors) || features.Contains(ServingFeature.SavedEmbedding) || features.Contains(ServingFeature.TokenRows) || adapter.Config.PeftType == "TRAINABLE_TOKENS")
            yield return Warn("embedding-changed", PeftAdapter.WeightsFile, "changes the embedding or the head, which every token passes, and unties them where the base ties them", "Make sure that this was intended.");
    }

    private static Finding Warn(string id, string where, string message, string advice) => new(id, Severity.Warn, where, message, advice);
}
