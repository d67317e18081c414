using System.Text.Json;

namespace Loragate.EvalHarness.Models;

/// <summary>
/// What a Llama config says, parsed: after this every number is in range and they agree with each other. Keys that would change the result and
/// are not understood are refused by name.
/// </summary>
internal sealed record LlamaConfig
{
    private const int Large = 1 << 24;

    /// <summary>Keys that do not change a forward pass in inference: names, token ids of generation, training and library settings.</summary>
    private static readonly HashSet<string> Inert = new(StringComparer.Ordinal)
    {
        "_attn_implementation_autoset", "_name_or_path", "architectures", "attention_dropout", "bos_token_id", "dtype", "eos_token_id", "id2label",
        "initializer_range", "is_llama_config", "label2id", "model_type", "pad_token_id", "pretraining_tp", "sep_token_id", "tokenizer_class",
        "torch_dtype", "transformers.js_config", "transformers_version", "unk_token_id", "use_cache",
    };

    private static readonly HashSet<string> NoKeys = [];

    public required int HiddenSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int Layers { get; init; }

    public required AttentionShape Attention { get; init; }

    public required int VocabularySize { get; init; }

    public required int MaxPositions { get; init; }

    public required double NormEpsilon { get; init; }

    public required double RotaryTheta { get; init; }

    public required RotaryScaling RotaryScaling { get; init; }

    public required Activation Activation { get; init; }

    public required bool AttentionBias { get; init; }

    public required bool MlpBias { get; init; }

    public required bool TiedEmbeddings { get; init; }

    /// <summary>Parses the root object of a <c>config.json</c>.</summary>
    /// <exception cref="ModelException">A key is missing, wrong, contradictory or not understood.</exception>
    public static LlamaConfig Parse(JsonElement json, string place)
    {
        var reader = new ConfigReader(json, place);
        var hidden = reader.Integer("hidden_size", 1, Large);
        var (theta, scaling) = ReadRotary(reader);
        var config = new LlamaConfig
        {
            HiddenSize = hidden,
            IntermediateSize = reader.Integer("intermediate_size", 1, Large),
            Layers = reader.Integer("num_hidden_layers", 1, 4096),
            Attention = ReadAttention(reader, hidden),
            VocabularySize = reader.Integer("vocab_size", 1, Large),
            MaxPositions = reader.Integer("max_position_embeddings", 2, Large),
            NormEpsilon = reader.Number("rms_norm_eps"),
            RotaryTheta = theta,
            RotaryScaling = scaling,
            Activation = ReadActivation(reader),
            AttentionBias = reader.Flag("attention_bias", absent: false),
            MlpBias = reader.Flag("mlp_bias", absent: false),
            TiedEmbeddings = reader.Flag("tie_word_embeddings", absent: false),
        };
        reader.RequireFalse("rope_interleaved");
        reader.RequireFalse("use_sliding_window");
        reader.RequireAll("layer_types", "full_attention");
        reader.RefuseUnread(Inert);
        return config;
    }

    private static AttentionShape ReadAttention(ConfigReader reader, int hidden)
    {
        var heads = reader.Integer("num_attention_heads", 1, Large);
        var keyValueHeads = reader.OptionalInteger("num_key_value_heads", 1, heads) ?? heads;
        if (heads % keyValueHeads != 0)
            throw reader.Fault("num_key_value_heads", $"{heads} heads cannot be shared by {keyValueHeads}");
        var headSize = reader.OptionalInteger("head_dim", 2, 1 << 16);
        if (headSize is null && hidden % heads != 0)
            throw reader.Fault("hidden_size", $"{hidden} is not divisible by {heads} heads, and head_dim is not given");
        var size = headSize ?? hidden / heads;
        return size % 2 == 0
            ? new AttentionShape(heads, keyValueHeads, size)
            : throw reader.Fault("head_dim", $"{size} is odd: rotary positions turn pairs");
    }

    private static Activation ReadActivation(ConfigReader reader)
    {
        var name = reader.OptionalText("hidden_act") ?? "silu";
        return Activation.Find(name) ?? throw reader.Fault("hidden_act", $"'{name}' is not supported ({string.Join(", ", Activation.Names)} are)");
    }

    /// <summary>θ stands at the top level, in <c>rope_parameters</c>, or in both; the older <c>rope_scaling</c> holds the kind only.</summary>
    private static (double Theta, RotaryScaling Scaling) ReadRotary(ConfigReader reader)
    {
        if (reader.Has("rope_parameters") && reader.Has("rope_scaling"))
            throw reader.Fault("rope_scaling", "stands beside rope_parameters: readers differ in which one they use");
        var rope = reader.OptionalObject("rope_parameters") ?? reader.OptionalObject("rope_scaling");
        var top = reader.OptionalNumber("rope_theta");
        var inner = rope?.OptionalNumber("rope_theta");
        if (top is { } a && inner is { } b && a != b)
            throw reader.Fault("rope_theta", "differs from the one in the rotary parameters");
        if (rope?.OptionalNumber("partial_rotary_factor") is { } partial && partial != 1)
            throw rope.Fault("partial_rotary_factor", "heads that are turned in part are not supported");
        var scaling = rope is null ? new DefaultRotaryScaling() : RotaryScaling.Parse(rope);
        rope?.RefuseUnread(NoKeys);
        return (top ?? inner ?? 10000, scaling);
    }
}
