using System.Text.Json;
using Loragate.Artifacts.Json;

namespace Loragate.Artifacts.Adapters;

/// <summary>
/// <c>adapter_config.json</c> as PEFT writes it, strictly typed. What the keys mean for a merge: docs/formats/adapter.v1.md.
/// Parsing refuses wrong types and duplicate keys; whether a setting can be merged is the merge engine's to judge.
/// </summary>
public sealed record AdapterConfig
{
    /// <summary>The file's name in the adapter folder.</summary>
    public const string FileName = "adapter_config.json";

    /// <summary>Beginnings of the names of initialisations that take something out of the base before training (PEFT, lora/layer.py): "pissa_niter_16" is one as well.</summary>
    private static readonly string[] MutatingInitialisations = ["pissa", "olora", "corda", "loftq", "lora_ga"];

    /// <summary>The method: "LORA", "LOHA" …</summary>
    public required string PeftType { get; init; }

    /// <summary>What the adapter says it was made for.</summary>
    public required string? BaseModel { get; init; }

    /// <summary>The task type, "CAUSAL_LM".</summary>
    public required string? TaskType { get; init; }

    /// <summary>r: the rank where no pattern says otherwise.</summary>
    public required int Rank { get; init; }

    /// <summary>α: the scale's numerator where no pattern says otherwise.</summary>
    public required double Alpha { get; init; }

    /// <summary>Rank-stabilised LoRA: s = α/√r (Kalajdzievski 2023). No other method has it.</summary>
    public required bool UseRslora { get; init; }

    /// <summary>Weight-decomposed LoRA (Liu et al. 2024).</summary>
    public required bool UseDora { get; init; }

    /// <summary>Ranks by module pattern, in file order (the first match holds).</summary>
    public required ModulePatterns<int> RankPattern { get; init; }

    /// <summary>Alphas by module pattern, in file order (the first match holds).</summary>
    public required ModulePatterns<double> AlphaPattern { get; init; }

    /// <summary>Which modules carry the adapter.</summary>
    public required TargetModules Targets { get; init; }

    /// <summary>"none", "all" or "lora_only".</summary>
    public required string Bias { get; init; }

    /// <summary>Whether the factors lie transposed in the base module; PEFT overrules the flag by the module's kind.</summary>
    public required bool FanInFanOut { get; init; }

    /// <summary>How A and B were initialised: "true", "false", "gaussian", "pissa" …</summary>
    public required string Initialisation { get; init; }

    /// <summary>Whether the initialisation changed the base, so that the factors belong to what was left of it and not to the base as published.</summary>
    public bool ChangesBase => MutatingInitialisations.Any(i => Initialisation.StartsWith(i, StringComparison.Ordinal));

    /// <summary>Modules that the adapter replaces whole.</summary>
    public required IReadOnlyList<string> ModulesToSave { get; init; }

    /// <summary>Whether B has a bias, which the merge adds to the module's own.</summary>
    public required bool LoraBias { get; init; }

    /// <summary>AdaLoRA's initial rank: the divisor of its scale, whatever rank is left (peft/tuners/adalora/layer.py, ranknum).</summary>
    public required int InitialRank { get; init; }

    /// <summary>(IA)³: which of the targeted modules scale their input.</summary>
    public required FeedForwardModules FeedForward { get; init; }

    /// <summary>Ends of the names of whole parameters that carry low-rank factors (experts' fused weights).</summary>
    public required IReadOnlyList<string> TargetParameters { get; init; }

    /// <summary>What a trainer's marker says of how the factors of experts lie (<c>lora_B_layout</c>); null where there is none. PEFT writes none.</summary>
    public required string? ExpertLayoutMarker { get; init; }

    /// <summary>The rows of embeddings that are replaced, by module name; an empty name stands for the input embedding.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<long>> TokenIndices { get; init; }

    /// <summary>The key that <see cref="TokenIndices"/> were read from: a method of its own (TRAINABLE_TOKENS) has another one than a LoRA.</summary>
    public string TokenKey => TokenKeyOf(PeftType);

    /// <summary>Whether what an adapter does to a tied embedding holds for the head as well.</summary>
    public required bool EnsureWeightTying { get; init; }

    /// <summary>The version of PEFT that wrote the config, where it says so (since 0.18).</summary>
    public required string? PeftVersion { get; init; }

    /// <summary>Settings that change the result and are switched on, beyond the ones above: "lora_bias", "layer_replication" …</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Keys that no known version of PEFT writes, with a value that is not null, false or empty.</summary>
    public required IReadOnlyList<string> UnknownKeys { get; init; }

    /// <summary>Whether a byte order mark stands before the JSON, which Python's reader, and so PEFT, refuses.</summary>
    public bool HasByteOrderMark { get; private init; }

    /// <summary>The rank of a module after <c>rank_pattern</c>.</summary>
    public int RankOf(string module) => RankPattern.Find(module, Rank);

    /// <summary>The alpha of a module after <c>alpha_pattern</c>.</summary>
    public double AlphaOf(string module) => AlphaPattern.Find(module, Alpha);

    /// <summary>s = α/r, with α and r of the module (LoRA, LoHa and LoKr), or α/√r for rsLoRA.</summary>
    public double ScaleOf(string module) =>
        UseRslora ? AlphaOf(module) / Math.Sqrt(RankOf(module)) : AlphaOf(module) / RankOf(module);

    /// <summary>The key of a method's row numbers.</summary>
    internal static string TokenKeyOf(string peftType) => peftType == "TRAINABLE_TOKENS" ? "token_indices" : "trainable_token_indices";

    /// <summary>Parses the bytes of a config.</summary>
    /// <exception cref="AdapterException">A key is missing or of the wrong type.</exception>
    /// <exception cref="JsonFormatException">The bytes are not strict JSON.</exception>
    public static AdapterConfig Parse(ReadOnlyMemory<byte> utf8, string place)
    {
        using var document = StrictJson.Parse(utf8, place, skipsMark: true);
        return new AdapterConfigReader(document.RootElement, place).Read() with { HasByteOrderMark = StrictJson.HasMark(utf8) };
    }
}
