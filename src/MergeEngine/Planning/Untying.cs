using Loragate.Artifacts.Adapters;
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
    /// <summary>
    /// Models that multiply by d_model^−½ before the head while the config ties it, and not otherwise (transformers, T5ForConditionalGeneration.forward
    /// before version 5; since then tie_word_embeddings means that factor alone, and the head is always the embedding): they have no untied equal.
    /// </summary>
    private static readonly HashSet<string> ScaledByTheTie = new(StringComparer.Ordinal) { "t5", "mt5", "umt5", "longt5", "switch_transformers", "pop2piano", "udop" };

    /// <summary>A change of embedding or head alone, of a model that would compute something else once they are two tensors.</summary>
    public static void Check(CoverageBuilder cover)
    {
        if (cover.Base is not { IsTied: true } layout || !ScaledByTheTie.Contains(layout.ModelType))
            return;
        foreach (var delta in cover.Deltas.Where(d => MovesOne(layout, d, cover.Config)))
            cover.Block("tied-scale", delta.Module, $"a model of the type '{layout.ModelType}' scales what its head reads only while the head is tied, so no merged model equals a change of embedding or head alone", "Keep the adapter separate, or train it without embedding and head.");
    }

    /// <summary>Whether the output is untied, and the head that is added to it, as the base's embedding under the head's name; null where the base stores one.</summary>
    public static (bool Unties, TensorPlan? Head) Of(
        BaseLayout layout, IReadOnlyDictionary<string, IReadOnlyList<Contribution>> contributions)
    {
        if (!layout.IsTied)
            return (false, null);
        return contributions.Values.SelectMany(c => c).Any(c => MovesOne(layout, c.Delta, c.Adapter.Config)) ? (true, layout.TiedHead) : (false, null);
    }

    /// <summary>Whether a change of a model with a tied head moves the embedding or the head alone, and so unties them.</summary>
    public static bool MovesOne(BaseLayout layout, Delta delta, AdapterConfig config) =>
        layout.IsTied && (delta.Target.Name == layout.Embedding!.Name ? !IsShared(delta, config) : delta.Target.Name == HeadOf(layout).Name);

    /// <summary>An embedding whose change its tied head would follow, while the head has a change of its own.</summary>
    public static IEnumerable<Finding> Faults(BaseLayout layout, IReadOnlyDictionary<string, IReadOnlyList<Contribution>> contributions, bool unties)
    {
        if (unties && (contributions.GetValueOrDefault(layout.Embedding!.Name)?.Any(IsShared) ?? false))
            yield return new Finding("tied-conflict", Severity.Block, layout.Embedding.Name, "a change that holds for embedding and head together meets one that holds for one of them", "Merge the adapters one after the other, or train without one of the settings.");
    }

    private static TensorPlan HeadOf(BaseLayout layout) => layout.StoredHead ?? layout.TiedHead!;

    private static bool IsShared(Contribution contribution) => IsShared(contribution.Delta, contribution.Adapter.Config);

    private static bool IsShared(Delta delta, AdapterConfig config) => delta is ReplacedRows || config.EnsureWeightTying;
}
