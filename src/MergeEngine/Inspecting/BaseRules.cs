using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>Is this the base that the adapter was trained on: by a pinned digest, a config that lies in the folder, and the model card.</summary>
internal static class BaseRules
{
    private static readonly string[] Dimensions =
        ["model_type", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim", "vocab_size", "rope_theta", "tie_word_embeddings"];

    public static IEnumerable<Finding> Check(PeftAdapter adapter, ModelCardMetadata card, Checkpoint? baseModel, InspectRequest request, CancellationToken cancellationToken) =>
        CheckCard(adapter, card).Concat(CheckConfig(adapter, baseModel)).Concat(CheckPin(adapter, card, baseModel, request, cancellationToken));

    private static IEnumerable<Finding> CheckCard(PeftAdapter adapter, ModelCardMetadata card)
    {
        if (card.Fault is { } fault)
            yield return Warn("model-card", ModelCardMetadata.FileName, fault, "Write the front matter as plain keys, texts and lists.");
        if (card.Bases.Count > 0 && adapter.Config.BaseModel is { Length: > 0 } declared && !card.Bases.Any(b => SameModel(b, declared)))
            yield return Warn("base-contradiction", ModelCardMetadata.FileName, $"the card says '{string.Join("', '", card.Bases)}', the config says '{declared}'", "Make card and config name the same base.");
    }

    /// <summary>A config.json in an adapter folder is the base's, as some trainers leave it.</summary>
    private static IEnumerable<Finding> CheckConfig(PeftAdapter adapter, Checkpoint? baseModel)
    {
        if (baseModel is null || SideJson.TryRead(Path.Combine(adapter.Folder, Checkpoint.ConfigFile), out _) is not { } own)
            yield break;
        foreach (var key in Dimensions)
        {
            if (own.TryGetProperty(key, out var mine) && baseModel.Config.TryGetProperty(key, out var theirs) && !JsonElement.DeepEquals(mine, theirs))
                yield return Block("base-config", $"{Checkpoint.ConfigFile}, key '{key}'", $"the folder's config says {mine.GetRawText()}, the base's {theirs.GetRawText()}", "Inspect it against the base that the adapter was trained on.");
        }
    }

    private static IEnumerable<Finding> CheckPin(PeftAdapter adapter, ModelCardMetadata card, Checkpoint? baseModel, InspectRequest request, CancellationToken cancellationToken)
    {
        var config = SideJson.TryRead(Path.Combine(adapter.Folder, AdapterConfig.FileName), out _)!.Value;
        var pins = new[] { ("option", request.BaseDigest), (AdapterConfig.FileName, Text(config, ModelCardMetadata.DigestKey)), (ModelCardMetadata.FileName, card.BaseDigest) }
            .Where(p => p.Item2 is not null).ToList();
        if (pins.Count == 0)
        {
            if (Text(config, "revision") is null)
                yield return new Finding("base-unpinned", Severity.Info, "base_model_name_or_path", "neither a revision nor a digest says which state of the base this adapter was made for", $"Record the base's weights digest as {ModelCardMetadata.DigestKey} in the model card.");
            yield break;
        }
        Digest? actual = null;
        foreach (var (where, pin) in pins)
        {
            if (!Digest.TryParse(pin, out var expected))
            {
                yield return Warn("base-digest-form", where, "the pinned digest is not 64 lower-case hexadecimal digits", "Write the weights digest as loragate prints it.");
                continue;
            }
            if (baseModel is null)
                continue;
            actual ??= WeightsDigest.Compute(baseModel.Folder, request.Threads, cancellationToken);
            if (actual != expected)
                yield return Block("base-digest", where, $"the adapter is pinned to a base with weights digest {expected.Abbreviated}, this one has {actual.Value.Abbreviated}", "Use the base that is pinned.");
        }
    }

    private static string? Text(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool SameModel(string one, string other) => LastPart(one).Equals(LastPart(other), StringComparison.OrdinalIgnoreCase);

    private static string LastPart(string name) => name.TrimEnd('/')[(name.TrimEnd('/').LastIndexOf('/') + 1)..];

    private static Finding Warn(string id, string where, string message, string advice) => new(id, Severity.Warn, where, message, advice);

    private static Finding Block(string id, string where, string message, string advice) => new(id, Severity.Block, where, message, advice);
}
