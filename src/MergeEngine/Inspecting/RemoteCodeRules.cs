using System.Text.Json;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>Keys of the configs in the folder by which transformers or PEFT import code that is named by the folder.</summary>
internal static class RemoteCodeRules
{
    /// <summary>The configs of a folder that loaders read.</summary>
    public static readonly IReadOnlyList<string> Configs = [AdapterConfig.FileName, "config.json", "tokenizer_config.json", "generation_config.json", "processor_config.json", "preprocessor_config.json"];
    private static readonly string[] Keys = ["auto_map", AutoMapping.Key, "custom_generate", "custom_pipelines", "trust_remote_code"];

    public static IEnumerable<Finding> Check(string folder)
    {
        foreach (var file in Configs)
        {
            var config = SideJson.TryRead(Path.Combine(folder, file), out var fault);
            if (fault is not null)
                yield return new Finding("unreadable-file", Severity.Warn, file, fault, "Remove the file or write it again.");
            if (config is not { } root)
                continue;
            foreach (var key in Keys.Where(k => root.TryGetProperty(k, out var value) && NamesCode(k, value)))
                yield return new Finding("remote-code", Severity.Block, $"{file}, key '{key}'", "names code that a loader may import and run", "Remove the key; an adapter is data.");
        }
    }

    /// <summary>Whether a key with its value names code.</summary>
    public static bool NamesCode(string key, JsonElement value) =>
        Keys.Contains(key) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False) && !(key == AutoMapping.Key && AutoMapping.IsOfTransformers(value));
}
