using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Json;
using Loragate.EvalHarness.Models;

namespace Loragate.Tuning.Methods;

/// <summary>
/// LoRA: y = W x + s·B A x, W fixed, A (r, in) and B (out, r) trained, s = α/r (Hu et al., arXiv 2106.09685), or α/√r with rank stabilisation
/// (Kalajdzievski, arXiv 2312.03732). DoRA: y = m/‖W + s·B A‖ ⊙ (W + s·B A) x, m trained as well (Liu et al., arXiv 2402.09353).
/// </summary>
public sealed record LoraMethod : TuningMethod
{
    /// <summary>α by rank where nobody says otherwise.</summary>
    public const double UsualAlphaPerRank = 2;

    private readonly double? _alpha;

    /// <inheritdoc/>
    public override string Name => UseDora ? "dora" : "lora";

    /// <summary>r, the rank where no pattern says otherwise.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>α, the scale's numerator where no pattern says otherwise; twice the rank unless given.</summary>
    public double Alpha
    {
        get => _alpha ?? UsualAlphaPerRank * Rank;
        init => _alpha = value;
    }

    /// <summary>Whether s is α/√r.</summary>
    public bool UseRslora { get; init; }

    /// <summary>Whether a magnitude for each row is trained too.</summary>
    public bool UseDora { get; init; }

    /// <summary>The share of A's input that is dropped in training.</summary>
    public double Dropout { get; init; }

    /// <summary>The modules, by the ends of their paths; empty for every linear module of the layers.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The layers, by index; empty for all.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>Ranks by regular expression over the ends of paths; the first match holds.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> RankPattern { get; init; } = [];

    /// <summary>Alphas by regular expression over the ends of paths; the first match holds.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> AlphaPattern { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Settings => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["alpha"] = Alpha.ToString("R", CultureInfo.InvariantCulture),
        ["alphaPattern"] = string.Join(' ', AlphaPattern.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key}={p.Value:R}"))),
        ["dropout"] = Dropout.ToString("R", CultureInfo.InvariantCulture),
        ["layers"] = string.Join(' ', Layers),
        ["rank"] = Rank.ToString(CultureInfo.InvariantCulture),
        ["rankPattern"] = string.Join(' ', RankPattern.Select(p => $"{p.Key}={p.Value}")),
        ["rslora"] = UseRslora ? "true" : "false",
        ["targets"] = string.Join(' ', Targets),
    };

    /// <inheritdoc/>
    internal override TunedModel Start(LanguageModel model, ulong seed)
    {
        Check();
        return new LoraModel(this, model, seed);
    }

    /// <summary><c>adapter_config.json</c> as PEFT writes it.</summary>
    /// <param name="baseModel">base_model_name_or_path.</param>
    /// <param name="targets">target_modules.</param>
    /// <param name="isConv1D">fan_in_fan_out: whether the base's modules store their weights as (in, out), transformers' Conv1D.</param>
    internal byte[] Config(string baseModel, IReadOnlyList<string> targets, bool isConv1D) => CanonicalJson.Serialize(
        new JsonObject
        {
            ["alpha_pattern"] = new JsonObject(AlphaPattern.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
            ["base_model_name_or_path"] = baseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = isConv1D,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["layers_to_transform"] = Layers.Count == 0 ? null : new JsonArray([.. Layers.Select(l => (JsonNode)l)]),
            ["lora_alpha"] = Alpha,
            ["lora_dropout"] = Dropout,
            ["modules_to_save"] = null,
            ["peft_type"] = "LORA",
            ["r"] = Rank,
            ["rank_pattern"] = new JsonObject(RankPattern.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
            ["target_modules"] = new JsonArray([.. targets.Select(t => (JsonNode)t)]),
            ["task_type"] = "CAUSAL_LM",
            ["use_dora"] = UseDora,
            ["use_rslora"] = UseRslora,
        },
        JsonSerializerOptions.Default);

    private void Check()
    {
        if (Rank < 1 || RankPattern.Any(p => p.Value < 1))
            throw new TuningException("rank", "a rank below 1", "Give ranks from 1.");
        if (!IsScale(Alpha) || AlphaPattern.Any(p => !IsScale(p.Value)))
            throw new TuningException("alpha", "no positive number of float32, so nothing can be learnt", "Give a number above 0, usually the rank or twice the rank.");
        if (Dropout is not (>= 0 and < 1))
            throw new TuningException("dropout", $"{Dropout.ToString(CultureInfo.InvariantCulture)} is no share", "Give a number from 0 to below 1.");
        if (Repeated(RankPattern) is { } rank)
            throw new TuningException($"rank pattern '{rank}'", "comes twice", "Give each expression one rank.");
        if (Repeated(AlphaPattern) is { } alpha)
            throw new TuningException($"alpha pattern '{alpha}'", "comes twice", "Give each expression one alpha.");
        foreach (var pattern in RankPattern.Select(p => p.Key).Concat(AlphaPattern.Select(p => p.Key)))
        {
            if (!ModulePattern.IsUsable(pattern, out var fault))
                throw new TuningException($"pattern '{pattern}'", fault, "Give a regular expression over the end of a module's path.");
        }
    }

    private static bool IsScale(double alpha) => alpha is > 0 and <= float.MaxValue;

    private static string? Repeated<T>(IEnumerable<KeyValuePair<string, T>> patterns) =>
        patterns.GroupBy(p => p.Key, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).FirstOrDefault();
}
