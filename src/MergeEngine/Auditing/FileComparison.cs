using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Auditing;
using Loragate.MergeEngine.Inspecting;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Auditing;

/// <summary>
/// Config, tokenizer, chat template and code files of a merged checkpoint against the base's. What the base does not have must not change what the
/// model computes or what a loader runs.
/// </summary>
/// <param name="baseModel">The base.</param>
/// <param name="merged">The merged checkpoint.</param>
/// <param name="unties">Whether the merge makes the tied head a tensor of its own.</param>
internal sealed class FileComparison(Checkpoint baseModel, Checkpoint merged, bool unties)
{
    private const string Generation = "generation_config.json";

    private static readonly string[] Files = [Checkpoint.ConfigFile, Generation, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", .. TokenizerRules.Vocabularies];

    /// <summary>Keys of a config that change the model where one side alone has them.</summary>
    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal) { "quantization_config", "pruned_heads" };

    /// <summary>Ids that a generation config takes from the model's config or its class.</summary>
    private static readonly HashSet<string> TokenIds = new(StringComparer.Ordinal) { "bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id" };

    private readonly IReadOnlyList<ChatTemplate> _templates = ChatTemplates.All(merged.Folder);
    private readonly IReadOnlyList<ChatTemplate> _ofBase = ChatTemplates.All(baseModel.Folder);

    /// <summary>Every file of either side, by name; the base's code is not asked for, since a merge need not carry it.</summary>
    public IReadOnlyList<AuditedFile> Run() =>
        [.. Files.Where(f => File.Exists(OfBase(f)) || File.Exists(OfMerged(f)))
            .Concat(_templates.Concat(_ofBase).Select(t => t.File)).Concat(Code()).Concat(RemoteCodeRules.Configs.Where(NamesOtherCode))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(Compare)];

    private AuditedFile Compare(string name)
    {
        if (!File.Exists(OfMerged(name)))
            return new AuditedFile(name, FileVerdict.Missing, []);
        if (!File.Exists(OfBase(name)))
            return Added(name);
        var file = Digest.OfFile(OfBase(name)) == Digest.OfFile(OfMerged(name)) ? new AuditedFile(name, FileVerdict.Equal, []) : Changed(name);
        return name != Checkpoint.ConfigFile || IsTiedRight() ? file : file with { Verdict = FileVerdict.Differs, Keys = [.. file.Keys.Append(BaseLayout.TieKey).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
    }

    private AuditedFile Changed(string name)
    {
        if (SideJson.TryRead(OfBase(name), out _) is not { } before || SideJson.TryRead(OfMerged(name), out _) is not { } after)
            return new AuditedFile(name, FileVerdict.Differs, []);
        var comparison = new ConfigComparison((key, value) => Counts(name, key, value));
        comparison.Add(before, after);
        var isOther = comparison.Differing.Any(key => !IsUntied(key)) || HasNewTemplate(name);
        return new AuditedFile(name, isOther ? FileVerdict.Differs : FileVerdict.Equivalent, [.. comparison.Keys.Where(key => !IsUntied(key))]);
    }

    private AuditedFile Added(string name)
    {
        if (name == Generation && SideJson.TryRead(OfMerged(name), out _) is { } generation)
        {
            var comparison = new ConfigComparison((key, value) => Counts(name, key, value));
            comparison.Add(JsonSerializer.SerializeToElement(new { }), generation);
            return new AuditedFile(name, comparison.Differing.Any() ? FileVerdict.Differs : FileVerdict.Added, comparison.Keys);
        }
        var isAnother = name == Generation || HasNewTemplate(name) || Code().Contains(name) || NamesOtherCode(name) || (TokenizerRules.Vocabularies.Contains(name) && TokenizerRules.Vocabularies.Any(v => File.Exists(OfBase(v))));
        return new AuditedFile(name, isAnother ? FileVerdict.Differs : FileVerdict.Added, []);
    }

    /// <summary>Whether a key counts that one side alone has: what is switched on, and names code, changes the model or how it generates.</summary>
    private bool Counts(string file, string key, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.False)
            return false;
        return RemoteCodeRules.NamesCode(key, value) || Telling.Contains(key)
            || (file == Generation && !(baseModel.Config.TryGetProperty(key, out var own) ? JsonElement.DeepEquals(own, value) : TokenIds.Contains(key)));
    }

    /// <summary>Whether a key is the one that the merge itself changes, here or in a part of the model.</summary>
    private bool IsUntied(string key) => unties && BaseLayout.LastOf(key) == BaseLayout.TieKey;

    /// <summary>Whether a model that is loaded from the merged folder has the head that the merge gives it.</summary>
    private bool IsTiedRight() => BaseLayout.LoadsTied(merged.Config) == (!unties && BaseLayout.LoadsTied(baseModel.Config));

    /// <summary>Whether a file holds a chat template that the base has nowhere under that name.</summary>
    private bool HasNewTemplate(string file) => _templates.Any(t => t.File == file && !_ofBase.Any(b => b.Name == t.Name && b.Digest == t.Digest));

    /// <summary>Python files of the merged checkpoint where loaders look for them.</summary>
    private IEnumerable<string> Code() =>
        Directory.EnumerateFiles(merged.Folder, "*.py").Concat(Directory.Exists(OfMerged("custom_generate")) ? Directory.EnumerateFiles(OfMerged("custom_generate"), "*.py") : [])
            .Select(f => Path.GetRelativePath(merged.Folder, f).Replace('\\', '/'));

    /// <summary>Whether a config of the merged checkpoint names code that the base's does not.</summary>
    private bool NamesOtherCode(string file)
    {
        if (SideJson.TryRead(OfMerged(file), out _) is not { } after)
            return false;
        var before = SideJson.TryRead(OfBase(file), out _);
        return after.EnumerateObject().Any(p => RemoteCodeRules.NamesCode(p.Name, p.Value) && !(before is { } own && own.TryGetProperty(p.Name, out var value) && JsonElement.DeepEquals(value, p.Value)));
    }

    private string OfBase(string name) => Path.Combine(baseModel.Folder, name);

    private string OfMerged(string name) => Path.Combine(merged.Folder, name);
}
