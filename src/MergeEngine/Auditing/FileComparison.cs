using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Auditing;
using Loragate.MergeEngine.Inspecting;

namespace Loragate.MergeEngine.Auditing;

/// <summary>Config and tokenizer files of a merged checkpoint against the base's.</summary>
internal static class FileComparison
{
    private static readonly string[] Files =
        ["config.json", "generation_config.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "vocab.txt", "chat_template.jinja"];

    /// <summary>Keys that say how the files were written, and nothing of the model.</summary>
    private static readonly HashSet<string> Inert = new(StringComparer.Ordinal) { "_name_or_path", "torch_dtype", "dtype", "transformers_version", "use_cache", "_from_model_config" };

    private const string Tied = "tie_word_embeddings";

    /// <summary>Every file that the base has, by name.</summary>
    public static IReadOnlyList<AuditedFile> Of(Checkpoint baseModel, Checkpoint merged, bool unties) =>
        [.. Files.Where(f => File.Exists(Path.Combine(baseModel.Folder, f))).Order(StringComparer.Ordinal).Select(f => Compare(f, baseModel.Folder, merged.Folder, unties))];

    private static AuditedFile Compare(string name, string baseFolder, string mergedFolder, bool unties)
    {
        var (before, after) = (Path.Combine(baseFolder, name), Path.Combine(mergedFolder, name));
        if (!File.Exists(after))
            return new AuditedFile(name, FileVerdict.Missing, []);
        if (Digest.OfFile(before) == Digest.OfFile(after))
            return new AuditedFile(name, FileVerdict.Equal, []);
        return SideJson.TryRead(before, out _) is { } one && SideJson.TryRead(after, out _) is { } other ? Compare(name, one, other, unties) : new AuditedFile(name, FileVerdict.Differs, []);
    }

    private static AuditedFile Compare(string name, JsonElement before, JsonElement after, bool unties)
    {
        var keys = before.EnumerateObject().Concat(after.EnumerateObject()).Select(p => p.Name).Distinct(StringComparer.Ordinal)
            .Where(key => !Inert.Contains(key) && !(unties && key == Tied)).Order(StringComparer.Ordinal).ToList();
        var onBoth = keys.Where(key => before.TryGetProperty(key, out var one) && after.TryGetProperty(key, out var other) && !JsonElement.DeepEquals(one, other)).ToList();
        var onOne = keys.Where(key => before.TryGetProperty(key, out _) != after.TryGetProperty(key, out _));
        return new AuditedFile(name, onBoth.Count > 0 ? FileVerdict.Differs : FileVerdict.Equivalent, [.. onBoth.Concat(onOne).Order(StringComparer.Ordinal)]);
    }
}
