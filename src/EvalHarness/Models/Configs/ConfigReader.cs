using System.Text.Json;

namespace Loragate.EvalHarness.Models.Configs;

/// <summary>
/// Reads one object of a model config strictly: a key of the wrong kind, a number out of bounds, and (at <see cref="RefuseUnread"/>) a key
/// that nobody understood are refused by name. A null means that the key is absent, as in transformers.
/// </summary>
internal sealed class ConfigReader(JsonElement json, string place)
{
    private const int MaxSize = 1 << 24;

    /// <summary>Keys that do not change a forward pass in inference: names, token ids of generation, training and library settings.</summary>
    private static readonly HashSet<string> Inert = new(StringComparer.Ordinal)
    {
        "_attn_implementation_autoset", "_name_or_path", "architectures", "bos_token_id", "cache_implementation", "dtype", "eos_token_id", "id2label",
        "is_decoder", "label2id", "model_type", "pad_token_id", "pretraining_tp", "sep_token_id", "tokenizer_class", "torch_dtype",
        "transformers.js_config", "transformers_version", "unk_token_id", "use_cache",
        "attention_dropout", "attn_pdrop", "classifier_dropout", "dropout", "embd_pdrop", "hidden_dropout", "init_std", "initializer_range",
        "layerdrop", "output_router_logits", "resid_pdrop", "router_aux_loss_coef", "router_jitter_noise",
    };

    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public bool Has(string key) => json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A number of rows, layers, tokens: at least 1.</summary>
    public int Size(string key) => Integer(key, 1, MaxSize);

    public int? OptionalSize(string key) => OptionalInteger(key, 1, MaxSize);

    public int Integer(string key, int min, int max) => OptionalInteger(key, min, max) ?? throw Missing(key);

    public int? OptionalInteger(string key, int min, int max) => Find(key) is { } value ? Integer(value, key, min, max) : null;

    public double Number(string key) => OptionalNumber(key) ?? throw Missing(key);

    /// <summary>A positive number.</summary>
    public double? OptionalNumber(string key) => Find(key) is { } value ? Number(value, key) : null;

    public bool Flag(string key, bool absent) => Find(key) is not { } value ? absent : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault(key, $"{value.GetRawText()} is neither true nor false"),
    };

    public string? OptionalText(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Fault(key, $"{value.GetRawText()} is no text");

    public ConfigReader? OptionalObject(string key) => Find(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new ConfigReader(value, $"{place}, {key}") : throw Fault(key, $"{value.GetRawText()} is no object");

    /// <summary>A list of exactly <paramref name="count"/> positive numbers.</summary>
    public IReadOnlyList<double> Numbers(string key, int count) => [.. (OptionalList(key, count) ?? throw Missing(key)).Select(e => Number(e, key))];

    /// <summary>A list of <paramref name="count"/> texts.</summary>
    public IReadOnlyList<string>? OptionalTexts(string key, int count) =>
        OptionalList(key, count)?.Select(e => e.ValueKind == JsonValueKind.String ? e.GetString()! : throw Fault(key, $"{e.GetRawText()} is no text")).ToList();

    /// <summary>A list of <paramref name="count"/> integers.</summary>
    public IReadOnlyList<int>? OptionalIntegers(string key, int count, int min, int max) =>
        OptionalList(key, count)?.Select(e => Integer(e, key, min, max)).ToList();

    /// <summary>Accepts a flag only as the value that is computed here.</summary>
    public void Require(string key, bool value, bool absent)
    {
        if (Flag(key, absent) != value)
            throw Fault(key, $"{(value ? "false" : "true")} is not supported");
    }

    /// <summary>Accepts a key only where it is absent, null or an empty list.</summary>
    public void RequireNothing(string key)
    {
        if (Find(key) is { } value && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0))
            throw Fault(key, $"{value.GetRawText()} is not supported");
    }

    /// <summary>Accepts an integer only as the value that is computed here.</summary>
    public void Require(string key, int value)
    {
        if (OptionalInteger(key, int.MinValue, int.MaxValue) is { } found && found != value)
            throw Fault(key, $"{found} is not supported, only {value}");
    }

    /// <summary>Keys that this family's config carries and its forward pass does not use.</summary>
    public void Ignore(params string[] keys) => _read.UnionWith(keys);

    /// <summary>Refuses the first key that was neither read nor is known to change nothing in a forward pass.</summary>
    public void RefuseUnread()
    {
        foreach (var property in json.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null))
        {
            if (!_read.Contains(property.Name) && !Inert.Contains(property.Name))
                throw Fault(property.Name, "this key is not understood and may change the result");
        }
    }

    public ModelException Fault(string key, string fault) => new($"{place}, {key}", fault, "Evaluate a model that this build supports, or restore the model's own config.");

    private ModelException Missing(string key) => Fault(key, "this key is missing");

    private List<JsonElement>? OptionalList(string key, int count)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Fault(key, "not a list");
        return value.GetArrayLength() == count ? [.. value.EnumerateArray()] : throw Fault(key, $"{value.GetArrayLength()} entries where {count} are expected");
    }

    private int Integer(JsonElement value, string key, int min, int max)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number))
            throw Fault(key, $"{value.GetRawText()} is no integer");
        return number >= min && number <= max ? number : throw Fault(key, $"{number} is not between {min} and {max}");
    }

    private double Number(JsonElement value, string key)
    {
        if (value.ValueKind != JsonValueKind.Number)
            throw Fault(key, $"{value.GetRawText()} is no number");
        return value.GetDouble() is > 0 and < 1e12 and var number ? number : throw Fault(key, $"{value.GetRawText()} is not between 0 and 1e12");
    }

    private JsonElement? Find(string key)
    {
        _read.Add(key);
        return Has(key) ? json.GetProperty(key) : null;
    }
}
