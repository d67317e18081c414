using System.Text.Json;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>Settings that a merge honours but a reviewer should know of.</summary>
internal static class ConfigAdvice
{
    /// <summary>Patterns that are looked at; a config of a megabyte could hold tens of thousands.</summary>
    private const int MostPatterns = 512;

    public static IEnumerable<Finding> Check(Coverage coverage, PeftAdapter adapter, Checkpoint? baseModel, BaseLayout? layout)
    {
        var config = adapter.Config;
        if (string.IsNullOrWhiteSpace(config.BaseModel))
            yield return Warn("base-name", "base_model_name_or_path", "the adapter does not say what it was made for", "Record the base's name and revision.");
        else if (config.BaseModel.Contains("..", StringComparison.Ordinal) || config.BaseModel.StartsWith('/') || config.BaseModel.Contains('\\', StringComparison.Ordinal))
            yield return Warn("base-name", "base_model_name_or_path", $"'{config.BaseModel}' is a path on somebody's machine", "Record the base's published name and revision.");
        else if (baseModel is not null && !SameName(config.BaseModel, baseModel))
            yield return Warn("base-name", "base_model_name_or_path", $"made for '{config.BaseModel}', held against '{NameOf(baseModel)}'", "Make sure that this is the same model.");
        if (config.HasByteOrderMark)
            yield return Warn("byte-order-mark", AdapterConfig.FileName, "a byte order mark stands before the JSON, and PEFT does not read the file with it", "Save the file again without it.");
        if (config.TaskType is { } task && task != "CAUSAL_LM")
            yield return Warn("task-type", "task_type", $"'{task}': this adapter was not trained as a language model", "Make sure that the base is of the same kind.");
        if (config.UseRslora)
            yield return Warn("serving-rslora", "use_rslora", "llama.cpp and others ignore this and apply a wrong scale", "Serve the merged model, or a server that honours it.");
        if (config.FanInFanOut && layout is { HasConv1D: false })
            yield return Warn("fan-in-fan-out", "fan_in_fan_out", "set although the base has plain linear layers; it is ignored", "Set it to false.");
        if (config.Bias != "none")
            yield return Warn("bias", "bias", $"'{config.Bias}' replaces biases", "Train with bias=\"none\" where the base has none.");
        foreach (var finding in UnusedPatterns(coverage, adapter.Config))
            yield return finding;
        if (config.Alpha != Math.Floor(config.Alpha))
            yield return Warn("scale-unusual", "lora_alpha", "a fractional alpha", "Check lora_alpha.");
    }

    /// <summary>A pattern that no module of the file matches: misspelt, or of another model.</summary>
    private static IEnumerable<Finding> UnusedPatterns(Coverage coverage, AdapterConfig config)
    {
        var modules = coverage.Modules.Select(m => FusedParameters.Of(m.Path, config) is { } fused ? FusedParameters.PathOf(fused) : m.Path).ToList();
        var patterns = config.RankPattern.Select(p => (Key: "rank_pattern", Pattern: p.Key)).Concat(config.AlphaPattern.Select(p => (Key: "alpha_pattern", Pattern: p.Key)));
        foreach (var (key, pattern) in patterns.Take(MostPatterns).Where(p => new ModulePattern(p.Pattern) is var expression && !modules.Any(expression.MatchesSuffix)))
            yield return Warn("unused-pattern", $"{key}, '{pattern}'", "matches no module of the adapter", "Correct the pattern or remove it.");
    }

    private static bool SameName(string declared, Checkpoint baseModel)
    {
        var last = declared.TrimEnd('/')[(declared.TrimEnd('/').LastIndexOf('/') + 1)..];
        return last.Equals(NameOf(baseModel), StringComparison.OrdinalIgnoreCase)
            || (baseModel.Config.TryGetProperty("_name_or_path", out var name) && name.ValueKind == JsonValueKind.String && name.GetString() == declared);
    }

    private static string NameOf(Checkpoint baseModel) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(baseModel.Folder)));

    private static Finding Warn(string id, string where, string message, string advice) => new(id, Severity.Warn, where, message, advice);
}
