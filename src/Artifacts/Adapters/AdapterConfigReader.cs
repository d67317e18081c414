using System.Text.Json;

namespace Loragate.Artifacts.Adapters;

/// <summary>Reads the keys of one config; every fault names its key.</summary>
internal sealed class AdapterConfigReader(JsonElement root, string place)
{
    private const int MaxRank = 65_536;

    /// <summary>Far beyond any alpha that was trained with, and small enough that no scale overflows.</summary>
    private const double MaxAlpha = 1e9;

    /// <summary>Expressions of one key beside plain names: each takes a millisecond to compile and is asked for every module.</summary>
    private const int MostExpressions = 1024;

    /// <summary>Names of layer lists, each an expression as well.</summary>
    private const int MostLayersPatterns = 64;

    /// <summary>Names of one key that may stand anywhere in a path: each is held against every module.</summary>
    private const int MostNames = 1024;

    private static readonly JsonElement DefaultInitialRank = JsonSerializer.SerializeToElement(12);

    /// <summary>Keys that say where an adapter comes from or how it was trained, and change nothing in a merge.</summary>
    private static readonly HashSet<string> Inert = new(StringComparer.Ordinal)
    {
        "revision", "inference_mode", "lora_dropout", "megatron_config", "megatron_core", "qalora_group_size",
        "loftq_config", "eva_config", "corda_config", "lora_ga_config", "runtime_config", "base_model_digest",
        "rank_dropout", "rank_dropout_scale", "module_dropout", "use_effective_conv2d", "decompose_both", "decompose_factor",
        "beta1", "beta2", "deltaT", "target_r", "tinit", "tfinal", "total_step", "orth_reg_weight",
        "d_initial", "vera_dropout", "save_projection", "projection_prng_key", "init_ia3_weights",
    };

    /// <summary>Keys that change the result, or name code to load, when they are switched on.</summary>
    private static readonly HashSet<string> Switches = new(StringComparer.Ordinal)
    {
        "auto_mapping", "auto_map", "layer_replication", "alora_invocation_tokens", "use_khatri_rao", "r2",
        "use_qalora", "arrow_config", "use_bdlora", "velora_config", "kasa_config", "monteclora_config",
    };

    /// <summary>Keys that have a property of their own.</summary>
    private static readonly HashSet<string> Typed = new(StringComparer.Ordinal)
    {
        "peft_type", "base_model_name_or_path", "task_type", "r", "lora_alpha", "alpha", "use_rslora", "use_dora", "rank_pattern", "alpha_pattern",
        "target_modules", "exclude_modules", "layers_to_transform", "layers_pattern", "bias", "fan_in_fan_out", "init_lora_weights", "init_weights",
        "modules_to_save", "lora_bias", "target_parameters", "lora_B_layout", "ensure_weight_tying", "peft_version", "feedforward_modules", "init_r",
    };

    /// <summary>Keys of LoRA alone that only LoRA and AdaLoRA have in their configs (peft/tuners/lora/config.py).</summary>
    private static readonly HashSet<string> OfLora = new(StringComparer.Ordinal) { "use_rslora", "use_dora", "lora_bias" };

    /// <summary>PEFT's word for every linear layer of the architecture: which ones those are, only the model's code says, so it states nothing that files can be held against.</summary>
    private const string AllLinear = "all-linear";

    /// <summary>The methods whose config is read in full; of any other only the type and the base's name are known.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal) { "LORA", "ADALORA", "LOHA", "LOKR", "IA3", "VERA", "TRAINABLE_TOKENS", "LN_TUNING" };

    public AdapterConfig Read()
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Fault("", "not a JSON object");
        var peftType = Text("peft_type") ?? throw Fault("peft_type", "missing");
        var known = Known.Contains(peftType);
        var isLycoris = peftType is "LOHA" or "LOKR";
        return new AdapterConfig
        {
            PeftType = peftType,
            BaseModel = Text("base_model_name_or_path"),
            TaskType = Text("task_type"),
            Rank = known ? Rank("r", root.TryGetProperty("r", out var r) ? r : null) : 1,
            Alpha = !known ? 1 : Alpha(isLycoris ? "alpha" : "lora_alpha", Value(isLycoris ? "alpha" : "lora_alpha")) ?? 8,
            // AdaLoRA's config has the flag, and its scale does not take it (peft/tuners/adalora/model.py, _create_and_replace).
            UseRslora = Flag("use_rslora") && peftType == "LORA",
            UseDora = Flag("use_dora"),
            // AdaLoRA's pattern holds masks of what is left, which the shapes of the tensors say as well.
            RankPattern = new(known && peftType != "ADALORA" ? Pattern("rank_pattern").Select(p => KeyValuePair.Create(p.Name, Rank($"rank_pattern.{p.Name}", p.Value))) : []),
            // AdaLoRA passes lora_alpha to every module, whatever the pattern says (ibid.).
            AlphaPattern = new(known && peftType != "ADALORA" ? Pattern("alpha_pattern").Select(p => KeyValuePair.Create(p.Name, Alpha($"alpha_pattern.{p.Name}", p.Value)!.Value)) : []),
            Targets = known ? Targets("target_modules") : NoTargets(),
            FeedForward = peftType == "IA3" ? new FeedForwardModules(Value("feedforward_modules") is { ValueKind: JsonValueKind.Array } ? FewNames("feedforward_modules", MostNames) : [], Regex("feedforward_modules")) : new FeedForwardModules([], null),
            Bias = Text("bias") ?? "none",
            FanInFanOut = Flag("fan_in_fan_out"),
            Initialisation = Initialisation(),
            ModulesToSave = FewNames("modules_to_save", MostNames),
            LoraBias = Flag("lora_bias"),
            InitialRank = peftType == "ADALORA" ? Rank("init_r", Value("init_r") ?? DefaultInitialRank) : 1,
            TargetParameters = FewNames("target_parameters", MostNames),
            ExpertLayoutMarker = Text("lora_B_layout"),
            TokenIndices = peftType == "TRAINABLE_TOKENS" ? TokenIndicesOfTargets(AdapterConfig.TokenKeyOf(peftType)) : TokenIndices(AdapterConfig.TokenKeyOf(peftType)),
            EnsureWeightTying = Flag("ensure_weight_tying"),
            PeftVersion = Text("peft_version"),
            Features = [.. root.EnumerateObject().Where(IsOnSwitch).Select(p => p.Name).Order(StringComparer.Ordinal)],
            UnknownKeys = known ? [.. root.EnumerateObject().Where(p => (IsUnknown(p) && p.Name != AdapterConfig.TokenKeyOf(peftType)) || (IsOn(p.Value) && OfLora.Contains(p.Name) && peftType is not ("LORA" or "ADALORA"))).Select(p => p.Name).Order(StringComparer.Ordinal)] : [],
        };
    }

    private static bool IsUnknown(JsonProperty property) =>
        !Inert.Contains(property.Name) && !Switches.Contains(property.Name) && !Typed.Contains(property.Name) && IsOn(property.Value);

    private static bool IsOnSwitch(JsonProperty property) => Switches.Contains(property.Name) && IsOn(property.Value) && !IsHarmless(property);

    /// <summary>"auto" leaves Khatri-Rao products, which have another scale, to the initialisation, which is judged by itself; a mapping to transformers' own classes names no code of the folder.</summary>
    private static bool IsHarmless(JsonProperty property) => property.Name switch
    {
        "use_khatri_rao" => property.Value.ValueKind == JsonValueKind.String && property.Value.GetString() == "auto",
        AutoMapping.Key => AutoMapping.IsOfTransformers(property.Value),
        _ => false,
    };

    private static bool IsOn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.String => value.GetString()!.Length > 0,
        _ => true,
    };

    private static TargetModules NoTargets() =>
        new() { Names = null, Pattern = null, ExcludedNames = [], ExcludedPattern = null, Layers = [], LayersPattern = [] };

    private TargetModules Targets(string key)
    {
        var layers = Value("layers_to_transform") switch
        {
            null => [],
            { ValueKind: JsonValueKind.Number } one => [Index(one)],
            { ValueKind: JsonValueKind.Array } many => many.EnumerateArray().Select(Index).ToArray(),
            _ => throw Fault("layers_to_transform", "neither an integer nor a list of them"),
        };
        var isStated = Value(key) is not { ValueKind: JsonValueKind.String } word || !string.Equals(word.GetString(), AllLinear, StringComparison.OrdinalIgnoreCase);
        var pattern = isStated ? Regex(key) : null;
        if (pattern is not null && layers.Length > 0)
            throw Fault("layers_to_transform", $"used together with a regular expression in {key}");
        return new TargetModules
        {
            Names = isStated && pattern is null ? Names(key) : null,
            Pattern = pattern,
            ExcludedPattern = Regex("exclude_modules"),
            ExcludedNames = Value("exclude_modules") is { ValueKind: JsonValueKind.Array } ? Names("exclude_modules")! : [],
            Layers = layers,
            LayersPattern = Value("layers_pattern") is { ValueKind: JsonValueKind.String } single ? [single.GetString()!] : FewNames("layers_pattern", MostLayersPatterns),
        };
    }

    /// <summary>A list of row numbers for the input embedding, or lists by module.</summary>
    private Dictionary<string, IReadOnlyList<long>> TokenIndices(string key) => Value(key) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() == 0 ? [] : new(StringComparer.Ordinal) { [""] = TokenIndices(key, list) },
        { ValueKind: JsonValueKind.Object } lists when lists.GetPropertyCount() > MostNames => throw Fault(key, $"more than {MostNames} names"),
        { ValueKind: JsonValueKind.Object } lists => lists.EnumerateObject().ToDictionary(p => p.Name, p => TokenIndices(key, p.Value), StringComparer.Ordinal),
        _ => throw Fault(key, "neither a list nor lists by module"),
    };

    /// <summary>One list for every targeted module; where none is named PEFT takes the input embedding.</summary>
    private Dictionary<string, IReadOnlyList<long>> TokenIndicesOfTargets(string key)
    {
        var rows = Value(key) is { } list ? TokenIndices(key, list) : [];
        if (rows.Count == 0)
            return [];
        List<string> targets = Value("target_modules") is { ValueKind: JsonValueKind.Array } ? FewNames("target_modules", MostNames) : [""];
        return targets.ToDictionary(target => target, _ => rows, StringComparer.Ordinal);
    }

    private IReadOnlyList<long> TokenIndices(string key, JsonElement list) =>
        list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number && v.TryGetInt64(out var index) && index >= 0)
            ? [.. list.EnumerateArray().Select(v => v.GetInt64())]
            : throw Fault(key, "not a list of row numbers");

    private int Index(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var index) && index >= 0 ? index : throw Fault("layers_to_transform", $"'{value}' is no layer index");

    private ModulePattern? Regex(string key)
    {
        if (Value(key) is not { ValueKind: JsonValueKind.String } value)
            return null;
        var pattern = value.GetString()!;
        return ModulePattern.IsUsable(pattern, out var fault) ? new ModulePattern(pattern) : throw Fault(key, $"not a regular expression that runs in linear time ({fault})");
    }

    private string Initialisation() => (Value("init_lora_weights") ?? Value("init_weights")) switch
    {
        null => "true",
        { ValueKind: JsonValueKind.True } => "true",
        { ValueKind: JsonValueKind.False } => "false",
        { ValueKind: JsonValueKind.String } name => name.GetString()!,
        _ => throw Fault("init_lora_weights", "neither a boolean nor a name"),
    };

    private IEnumerable<JsonProperty> Pattern(string key)
    {
        if (Value(key) is not { } value)
            yield break;
        if (value.ValueKind != JsonValueKind.Object)
            throw Fault(key, "not an object");
        var expressions = 0;
        foreach (var property in value.EnumerateObject())
        {
            if (ModulePattern.LiteralOf(property.Name) is null && ++expressions > MostExpressions)
                throw Fault(key, $"more than {MostExpressions} expressions that are not just a module's name");
            if (!ModulePattern.IsUsable(property.Name, out var fault))
                throw Fault($"{key}.{property.Name}", $"not a regular expression that runs in linear time ({fault})");
            yield return property;
        }
    }

    private List<string>? Names(string key)
    {
        if (Value(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(v => v.ValueKind != JsonValueKind.String))
            throw Fault(key, "not a list of names");
        return [.. value.EnumerateArray().Select(v => v.GetString()!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private List<string> FewNames(string key, int most) =>
        Names(key) is not { } names ? [] : names.Count <= most ? names : throw Fault(key, $"more than {most} names");

    private int Rank(string key, JsonElement? value) => value switch
    {
        null => 8,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var rank) && rank is > 0 and <= MaxRank => rank,
        _ => throw Fault(key, $"'{value}' is no rank between 1 and {MaxRank}"),
    };

    private double? Alpha(string key, JsonElement? value) => value switch
    {
        null => null,
        { ValueKind: not JsonValueKind.Number } => throw Fault(key, $"'{value}' is not a number"),
        { } number when Math.Abs(number.GetDouble()) <= MaxAlpha => number.GetDouble(),
        _ => throw Fault(key, FormattableString.Invariant($"{value} is no alpha between -{MaxAlpha:0e+0} and {MaxAlpha:0e+0}")),
    };

    private string? Text(string key) => Value(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Fault(key, "not a text"),
    };

    private bool Flag(string key) => Value(key) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw Fault(key, "neither true nor false"),
    };

    private JsonElement? Value(string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private AdapterException Fault(string key, string fault) =>
        new(key.Length == 0 ? place : $"{place}, key '{key}'", fault, "Save the adapter again with PEFT's save_pretrained.");
}
