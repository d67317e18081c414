using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Inspecting.Serving;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>Changes where every token passes, embedding and head, by any method. Tensors that are replaced whole are findings of their own as well.</summary>
internal static class ReplacementRules
{
    /// <summary>Says what becomes of embedding and head: from the changes where a base is given, else from the names in file and config.</summary>
    public static IEnumerable<Finding> Check(Coverage coverage, PeftAdapter adapter, BaseLayout? layout)
    {
        if (layout is null)
        {
            if (IsNamed(adapter))
                yield return Warn("embedding-changed", PeftAdapter.WeightsFile, "changes the embedding or the head, which every token passes; where the base ties them, a merge of one of them unties them", "Make sure that this was intended.");
            yield break;
        }
        var changes = coverage.Deltas.Where(d => d is EmbeddingDelta or ReplacedRows || IsWhereEveryTokenPasses(BaseLayout.ModuleOf(d.Target.Name))).ToList();
        if (changes.Count > 0)
        {
            var message = !layout.IsTied ? "changes the embedding or the head, which every token passes"
                : changes.Any(d => Untying.MovesOne(layout, d, adapter.Config)) ? "changes the embedding or the head, which every token passes; the base ties them, and the merged model holds both, no longer tied"
                : "changes the embedding and the head that is tied to it, which every token passes";
            yield return Warn("embedding-changed", PeftAdapter.WeightsFile, message, "Make sure that this was intended.");
        }
    }

    /// <summary>Whether file or config name embedding or head, or rows of tokens, whose module may have any name. A copy of an embedding counts: what the base has is not known.</summary>
    private static bool IsNamed(PeftAdapter adapter) =>
        adapter.Config.PeftType == "TRAINABLE_TOKENS"
        || adapter.Config.ModulesToSave.Any(IsWhereEveryTokenPasses)
        || adapter.Weights.Header.Tensors.Select(tensor => AdapterKey.Parse(AdapterKey.WithoutAdapterName(tensor.Name))).OfType<AdapterKey>()
            .Any(key => key.Part is AdapterPart.EmbeddingA or AdapterPart.EmbeddingB or AdapterPart.TokenRows or AdapterPart.OnlyTokenRows || IsWhereEveryTokenPasses(key.Module));

    private static bool IsWhereEveryTokenPasses(string module) => BaseLayout.IsEmbedding(module) || BaseLayout.IsHead(module) || ServingFeatures.IsEmbedding(module);

    private static Finding Warn(string id, string where, string message, string advice) => new(id, Severity.Warn, where, message, advice);
}
