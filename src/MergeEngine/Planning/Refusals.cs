namespace Loragate.MergeEngine.Planning;

/// <summary>Why a method or setting is not merged from files (docs/decisions/0008-what-is-merged.md).</summary>
internal static class Refusals
{
    /// <summary>Why a method of PEFT is not merged.</summary>
    public static string OfType(string peftType) => peftType switch
    {
        "PROMPT_TUNING" => "puts trained vectors before the input; there is no weight that could take them in",
        "MULTITASK_PROMPT_TUNING" => "puts trained vectors before the input, composed for each task; there is no weight that could take them in",
        "P_TUNING" => "puts vectors before the input that a network of its own computes; there is no weight that could take them in",
        "PREFIX_TUNING" => "puts trained keys and values before those of every attention layer, as if more input stood there; there is no weight that could take them in",
        "CPT" => "trains the tokens of a context that stands before the input; there is no weight that could take them in",
        "CARTRIDGE" => "is a trained cache of keys and values that stands before the input; there is no weight that could take it in",
        "ADAPTION_PROMPT" => "lets upper layers attend to trained vectors beside the input; there is no weight that could take them in",
        "BOTTLENECK" => "puts a small network behind layers that is not linear; there is no weight that could take it in",
        "XLORA" => "weighs several adapters anew for each input; no fixed weight does the same",
        "POLY" => "mixes its factors by the task that comes with the input; no fixed weight does the same",
        "LILY" => "chooses among shared factors by the input; no fixed weight does the same",
        "OFT" => "multiplies the weight by rotations that follow from an inverse or from a series that is cut short, which has no one exact result",
        "BOFT" => "multiplies the weight by a long product of rotations that follow from an inverse, which has no one exact result",
        "HRA" => "multiplies the weight by a chain of reflections that are normalised first, which has no one exact result",
        "ROAD" => "turns outputs by trained angles through sines and cosines, which has no one exact result",
        "PSOFT" => "turns the principal part of the weight, which a singular value decomposition finds and no file holds",
        "OSF" => "changes the base by its singular vectors, which no file holds",
        "VBLORA" => "mixes its factors from a bank of vectors by a softmax, which has no one exact result",
        "FOURIERFT" => "puts its coefficients at places from torch's random numbers and takes a Fourier transform, which has no one exact result",
        "WAVEFT" => "puts its coefficients at places from torch's random numbers and takes a wavelet transform, which has no one exact result",
        "RANDLORA" => "scales frozen factors that follow from torch's random numbers; this build has no exact merge for it",
        "PVERA" => "draws its update around frozen factors that follow from torch's random numbers; this build has no exact merge for it",
        "BONE" or "MISS" => "repeats a trained block along the weight, in some variants multiplied by it; this build has no exact merge for it",
        "C3A" => "adds a circulant matrix that PEFT computes by Fourier transforms; this build has no exact merge for it",
        "SHIRA" => "adds single entries at places that the file lists; this build has no exact merge for it",
        "DELORA" => "divides by the norms of its factors and scales by one of the base's; this build has no exact merge for it",
        "GRALORA" => "has factors of its own for each block of the weight; this build has no exact merge for it",
        "HIRA" => "multiplies the weight, entry by entry, by the product of its factors; this build has no exact merge for it",
        "TINYLORA" => "expands a few trained numbers to an update; this build has no exact merge for it",
        "UNILORA" => "takes all its factors from one trained vector; this build has no exact merge for it",
        "DEFT" => "takes a subspace out of the weight and puts another part in; this build has no exact merge for it",
        "ADAMSS" => "trains in subspaces that are cut out of the base's own weights; this build has no exact merge for it",
        "PEANUT" => "computes its update from the weight by a small network; this build has no exact merge for it",
        _ => "is no method that this build knows",
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
