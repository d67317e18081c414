using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Planning;

/// <summary>Settings of a config that no merge from files can honour, or that change nothing at all.</summary>
internal static class ConfigRules
{
    private static readonly string[] HarmlessInitialisations = ["true", "false", "gaussian", "orthogonal", "eva", "mica", "lycoris"];

    /// <summary>Whether adapters of a method are merged, if nothing else stands against it.</summary>
    public static bool IsMerged(string peftType) => peftType is "LORA" or "ADALORA" or "LOHA" or "LOKR" or "IA3" or "VERA" or "TRAINABLE_TOKENS" or "LN_TUNING";

    public static IEnumerable<Finding> Check(AdapterConfig config, Declared declared)
    {
        if (!IsMerged(config.PeftType))
        {
            yield return Block("unsupported-type", "peft_type", $"'{config.PeftType}' {Refusals.OfType(config.PeftType)}", "Keep the adapter separate, or train a LoRA.");
            yield break;
        }
        if (config.ChangesBase && declared.IsOnResidualBase)
            yield return new Finding("base-mutated", Severity.Warn, "init_lora_weights", $"'{config.Initialisation}' changes the base in training, and this base is said to be the changed one: nothing in the files shows it", "Make sure that this is the residual base that was saved when the training began.");
        else if (config.ChangesBase)
            yield return Block("base-mutated", "init_lora_weights", $"'{config.Initialisation}' changes the base in training, so the adapter does not fit the base as published", "Convert the adapter to plain LoRA (PEFT: path_initial_model_for_weight_conversion), or merge it into its residual base with --residual-base.");
        else if (!HarmlessInitialisations.Contains(config.Initialisation))
            yield return Block("unsupported-setting", "init_lora_weights", $"'{config.Initialisation}' is unknown", "Use a build that knows it.");
        else if (declared.IsOnResidualBase)
            yield return Block("base-mutated", "init_lora_weights", $"'{config.Initialisation}' leaves the base as it was, so the adapter does not belong to a residual base", "Merge it into the base as published, without --residual-base.");
        foreach (var feature in config.Features)
            yield return Block("unsupported-setting", feature, Refusals.OfSetting(feature), "Keep the adapter separate, or retrain without it.");
        if (config.Bias is not ("none" or "all" or "lora_only"))
            yield return Block("unsupported-setting", "bias", $"'{config.Bias}' is unknown", "Use a build that knows it.");
        if (config is { UseDora: true, LoraBias: true })
            yield return Block("unsupported-setting", "lora_bias", "a bias of B together with DoRA, which PEFT refuses as well", "Train without one of the two.");
        if (config.PeftType is not ("IA3" or "VERA" or "ADALORA" or "TRAINABLE_TOKENS" or "LN_TUNING") && (config.Alpha == 0 || config.AlphaPattern.Any(p => p.Value == 0)))
            yield return Block("scale-zero", config.PeftType == "LORA" ? "lora_alpha" : "alpha", "an alpha of 0 means no effect", "Restore the alpha that the adapter was trained with.");
        if (config.UnknownKeys.Count > 0)
            yield return new Finding("unknown-key", Severity.Warn, string.Join(", ", config.UnknownKeys), "no known version of PEFT writes this setting, so what it changes is unknown; it is ignored, as PEFT ignores it", "Remove the key if it is inert, or use a build that knows it.");
    }

    private static Finding Block(string id, string where, string message, string advice) => new(id, Severity.Block, where, message, advice);
}
