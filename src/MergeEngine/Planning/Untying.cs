using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Planning;

/// <summary>
/// Decides whether a tied head becomes a tensor of its own. With the adapter live, an embedding's update is seen by the embedding only and a
/// head's by the head only, so a merged model that is to be equal must hold both. What PEFT itself applies to both stays tied:
/// replaced rows, and embeddings under ensure_weight_tying.
/// </summary>
internal static class Untying
{
    private const string DefaultHead = "lm_head.weight";

    /// <summary>Whether the output is untied, and the head that is added to it, as the base's embedding under the head's name; null where the base stores one.</summary>
    public static (bool Unties, TensorPlan? Head) Of(
        BaseLayout layout, IReadOnlyDictionary<string, IReadOnlyList<Contribution>> contributions)
    {
        if (!layout.IsTied)
            return (false, null);
        var embedding = layout.Embedding!;
        var head = layout.StoredHead?.Name ?? contributions.Keys.FirstOrDefault(name => !layout.Tensors.ContainsKey(name)) ?? DefaultHead;
        var movesHead = contributions.ContainsKey(head);
        var movesEmbedding = contributions.GetValueOrDefault(embedding.Name)?.Any(c => !IsShared(c)) ?? false;
        if (!movesHead && !movesEmbedding)
            return (false, null);
        return (true, layout.StoredHead is null ? embedding with { Name = head } : null);
    }

    /// <summary>An embedding whose change its tied head would follow, while the head has a change of its own.</summary>
    public static IEnumerable<Finding> Faults(BaseLayout layout, IReadOnlyDictionary<string, IReadOnlyList<Contribution>> contributions, bool unties)
    {
        if (unties && (contributions.GetValueOrDefault(layout.Embedding!.Name)?.Any(IsShared) ?? false))
            yield return new Finding("tied-conflict", Severity.Block, layout.Embedding.Name, "a change that holds for embedding and head together meets one that holds for one of them", "Merge the adapters one after the other, or train without one of the settings.");
    }

    private static bool IsShared(Contribution contribution) =>
        contribution.Delta is ReplacedRows || contribution.Adapter.Config.EnsureWeightTying;
}
