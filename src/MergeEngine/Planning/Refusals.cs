namespace Loragate.MergeEngine.Planning;

/// <summary>Why a method or setting is not merged from files (docs/decisions/0008-what-is-merged.md).</summary>
internal static class Refusals
{
    /// <summary>Why a method of PEFT is not merged.</summary>
    public static string OfType(string peftType) => peftType switch
    {
        "PROMPT_TUNING" or "MULTITASK_PROMPT_TUNING" or "P_TUNING" or "PREFIX_TUNING" or "CPT" or "CARTRIDGE" or "ADAPTION_PROMPT" =>
            "adds tokens or prefixes to the input; there is no weight that could take them in",
        "XLORA" or "POLY" or "LILY" => "chooses its update by the input; no fixed weight does the same",
        "OFT" or "BOFT" or "HRA" or "ROAD" => "multiplies the weight by a matrix that follows from an inverse, a series or a long product, which has no one exact result",
        "RANDLORA" or "PVERA" or "FOURIERFT" or "WAVEFT" or "VBLORA" => "rebuilds frozen parts from torch's random numbers or shares them beyond the file",
        "OSF" => "changes the base by its singular vectors, which no file holds",
        _ => "is not merged by this build",
    };

    /// <summary>Why a setting is not merged.</summary>
    public static string OfSetting(string setting) => setting switch
    {
        "alora_invocation_tokens" => "an activated LoRA holds from certain tokens on only; merged weights hold for all",
        "layer_replication" => "the adapter is for a model with more layers than the base: copies that share one weight cannot each take an update",
        "use_qalora" => "the update lives in the zero points of a quantised base",
        "arrow_config" => "routes each token to its own adapters",
        "use_bdlora" => "block-diagonal factors lie in the file in another shape",
        "kasa_config" => "takes singular components out of the base, which depends on the library that computes them",
        "velora_config" or "monteclora_config" => "may change what the factors mean, and this build does not know how",
        "auto_map" or "auto_mapping" => "names code to load",
        "use_khatri_rao" or "r2" => "gives the two products of LoHa another scale (ABBA)",
        _ => "changes the result and is not merged by this build",
    };
}
