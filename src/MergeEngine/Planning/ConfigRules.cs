using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Planning;

/// <summary>Settings of a config that no merge from files can honour, or that change nothing at all.</summary>
internal static class ConfigRules
{
    /// <summary>Initialisations that change the base in training: the plain merge onto the pristine base is wrong (PEFT, lora/layer.py).</summary>
    private static readonly string[] MutatingInitialisations = ["pissa", "olora", "corda", "loftq", "lora_ga"];

    private static readonly string[] HarmlessInitialisations = ["true", "false", "gaussian", "orthogonal", "eva", "mica"];

    public static IEnumerable<Finding> Check(AdapterConfig config)
    {
        if (config.PeftType != "LORA")
        {
            yield return Block("unsupported-type", "peft_type", $"'{config.PeftType}' is not merged by this build", "Use a LoRA adapter.");
            yield break;
        }
        if (MutatingInitialisations.Any(i => config.Initialisation.StartsWith(i, StringComparison.Ordinal)))
            yield return Block("base-mutated", "init_lora_weights", $"'{config.Initialisation}' changes the base in training, so the adapter does not fit the base as published", "Convert the adapter to plain LoRA (PEFT: path_initial_model_for_weight_conversion).");
        else if (!HarmlessInitialisations.Contains(config.Initialisation))
            yield return Block("unsupported-setting", "init_lora_weights", $"'{config.Initialisation}' is unknown", "Use a build that knows it.");
        foreach (var feature in config.Features)
            yield return Block("unsupported-setting", feature, "changes the result and is not merged by this build", "Retrain without it, or use a build that supports it.");
        if (config.Bias != "none")
            yield return Block("unsupported-setting", "bias", $"'{config.Bias}' replaces biases, which this build does not merge", "Train with bias=\"none\".");
        if (config.ModulesToSave.Count > 0)
            yield return Block("unsupported-setting", "modules_to_save", $"replaces {string.Join(", ", config.ModulesToSave)} whole, which this build does not merge", "Train without modules_to_save.");
        if (config.Alpha == 0 || config.AlphaPattern.Any(p => p.Value == 0))
            yield return Block("scale-zero", "lora_alpha", "an alpha of 0 means no effect", "Restore the alpha that the adapter was trained with.");
        if (config.UnknownKeys.Count > 0)
            yield return Block("unknown-key", string.Join(", ", config.UnknownKeys), "no known version of PEFT writes this setting, so what it changes is unknown", "Remove the key if it is inert, or use a build that knows it.");
    }

    private static Finding Block(string id, string where, string message, string advice) => new(id, Severity.Block, where, message, advice);
}
