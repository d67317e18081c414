using System.Text.Json;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>Settings that a merge honours but a reviewer should know of.</summary>
internal static class ConfigAdvice
{
    public static IEnumerable<Finding> Check(PeftAdapter adapter, Checkpoint? baseModel)
    {
        var config = adapter.Config;
        if (string.IsNullOrWhiteSpace(config.BaseModel))
            yield return Warn("base-name", "base_model_name_or_path", "the adapter does not say what it was made for", "Record the base's name and revision.");
        else if (config.BaseModel.Contains("..", StringComparison.Ordinal) || config.BaseModel.StartsWith('/') || config.BaseModel.Contains('\\', StringComparison.Ordinal))
            yield return Warn("base-name", "base_model_name_or_path", $"'{config.BaseModel}' is a path on somebody's machine", "Record the base's published name and revision.");
        else if (baseModel is not null && !SameName(config.BaseModel, baseModel))
            yield return Warn("base-name", "base_model_name_or_path", $"made for '{config.BaseModel}', held against '{NameOf(baseModel)}'", "Make sure that this is the same model.");
        if (config.TaskType is { } task && task != "CAUSAL_LM")
            yield return Warn("task-type", "task_type", $"'{task}': this adapter was not trained as a language model", "Make sure that the base is of the same kind.");
        if (config.UseRslora)
            yield return Warn("serving-rslora", "use_rslora", "llama.cpp and others ignore this and apply a wrong scale", "Serve the merged model, or a server that honours it.");
        if (config.FanInFanOut && baseModel is not null && baseModel.ModelType is not ("gpt2" or "openai-gpt"))
            yield return Warn("fan-in-fan-out", "fan_in_fan_out", "set although the base has plain linear layers; it is ignored", "Set it to false.");
        if (config.Bias != "none")
            yield return Warn("bias", "bias", $"'{config.Bias}' replaces biases", "Train with bias=\"none\" where the base has none.");
        if (config.Alpha != Math.Floor(config.Alpha))
            yield return Warn("scale-unusual", "lora_alpha", "a fractional alpha", "Check lora_alpha.");
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
