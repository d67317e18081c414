using System.Text.Json;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>Tokenizer files and chat templates that an adapter brings: a server may take them in place of the base's.</summary>
internal static class TokenizerRules
{
    /// <summary>The files that hold a tokenizer's vocabulary; loaders differ in which one they take.</summary>
    public static readonly IReadOnlyList<string> Vocabularies = ["tokenizer.json", "tokenizer.model", "vocab.json", "merges.txt", "vocab.txt"];

    public static IEnumerable<Finding> Check(PeftAdapter adapter, Checkpoint? baseModel)
    {
        var own = ChatTemplates.Read(adapter.Folder);
        var theirs = baseModel is null ? null : ChatTemplates.Read(baseModel.Folder);
        foreach (var (name, template) in own.Where(t => theirs is null || !theirs.TryGetValue(t.Key, out var same) || same.Digest != t.Value.Digest))
        {
            var against = theirs is null ? "" : theirs.ContainsKey(name) ? ", and it differs from the base's" : ", and the base has none of that name";
            yield return Warn("chat-template", template.File, $"brings the chat template '{name}', which changes what users' words become{against}", "Compare it with the base's template.");
        }
        foreach (var file in Vocabularies.Where(f => baseModel is not null && adapter.Identity.Files.Any(e => e.Path == f)))
        {
            var path = Path.Combine(baseModel!.Folder, file);
            if (!File.Exists(path) || Loragate.Artifacts.Digest.OfFile(path) != adapter.Identity.Files.First(e => e.Path == file).Sha256)
                yield return Warn("tokenizer-differs", file, File.Exists(path) ? "is another file than the base's" : "the base has no such file", "Make sure that the adapter was trained with the base's tokenizer.");
        }
        foreach (var finding in AddedTokens(adapter.Folder, baseModel))
            yield return finding;
    }

    /// <summary>Tokens beyond the base's vocabulary have no row in its embedding.</summary>
    private static IEnumerable<Finding> AddedTokens(string folder, Checkpoint? baseModel)
    {
        const string File = "added_tokens.json";
        if (SideJson.TryRead(Path.Combine(folder, File), out _) is not { } tokens || baseModel is null
            || !baseModel.Config.TryGetProperty("vocab_size", out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out var vocabulary))
            yield break;
        var beyond = tokens.EnumerateObject().Count(t => t.Value.ValueKind == JsonValueKind.Number && t.Value.TryGetInt64(out var id) && id >= vocabulary);
        if (beyond > 0)
            yield return Warn("tokens-added", File, $"{beyond} tokens lie beyond the base's vocabulary of {vocabulary}", "Make sure that the adapter carries their embeddings.");
    }

    private static Finding Warn(string id, string where, string message, string advice) => new(id, Severity.Warn, where, message, advice);
}
