namespace Loragate.MergeEngine;

/// <summary>One layer of a real family, small: what its files call its tensors, and its modules that adapters of any kind go to.</summary>
internal sealed class AnyFamily
{
    public const int Hidden = 20, Tokens = 23, Experts = 3, ExpertWidth = 17;

    private const int Wide = 35;
    private const string Layer = "model.layers.0.";

    private static readonly string[] OfLayers = ["lora", "rslora", "dora", "pattern", "adalora", "vera", "ia3"];
    private static readonly string[] OfPlainLayers = ["loha", "lokr", "lokr-pairs"];
    private static readonly string[] OfBiases = ["bias", "lora-bias"];
    private static readonly string[] OfEmbeddings = ["embedding", "embedding-dora", "head", "tokens", "tokens-only"];
    private static readonly string[] OfConvolutions = ["conv", "conv-dora", "conv-1x1", "loha-core", "lokr-core", "ia3-conv"];

    /// <summary>The kinds of adapter that some family can have.</summary>
    public static IReadOnlyList<string> AllKinds { get; } = [.. OfLayers, .. OfPlainLayers, .. OfBiases, .. OfEmbeddings, "saved", "experts", .. OfConvolutions, "norms"];

    public static IReadOnlyList<AnyFamily> All { get; } = [Qwen2(), Gpt2(), Mixtral(), GptOss(), Segformer()];

    public required string ModelType { get; init; }

    /// <summary>The files' tensors but the head's.</summary>
    public required IReadOnlyList<(string Name, long[] Shape)> Tensors { get; init; }

    /// <summary>A layer of the attention, with a bias where the family has such.</summary>
    public required (string Module, int Out, int In) Attention { get; init; }

    /// <summary>A layer of another shape.</summary>
    public required (string Module, int Out, int In) Other { get; init; }

    /// <summary>The embedding's module, or null where there is none.</summary>
    public string? Embedding { get; init; }

    /// <summary>What goes before a stored name to make the adapter's.</summary>
    public string Outer { get; init; } = "";

    /// <summary>The ends of the modules that modules_to_save names; the head apart.</summary>
    public required string Saved { get; init; }

    /// <summary>The weights and biases of the layer norms.</summary>
    public IEnumerable<(string Name, long[] Shape)> Norms => Tensors.Where(t => t.Name.Split('.')[^2] is var module && (module.Contains("norm", StringComparison.Ordinal) || module.StartsWith("ln_", StringComparison.Ordinal)));

    public required IReadOnlyList<string> Kinds { get; init; }

    /// <summary>Query, key and value apart, with biases; an untransposed feed-forward.</summary>
    private static AnyFamily Qwen2() => new()
    {
        ModelType = "qwen2",
        Tensors =
        [
            .. Decoder(hasBiases: true),
            (Layer + "mlp.gate_proj.weight", [Wide, Hidden]), (Layer + "mlp.up_proj.weight", [Wide, Hidden]), (Layer + "mlp.down_proj.weight", [Hidden, Wide]),
        ],
        Attention = (Layer + "self_attn.q_proj", 24, Hidden),
        Other = (Layer + "mlp.down_proj", Hidden, Wide),
        Embedding = "model.embed_tokens",
        Saved = "norm",
        Kinds = [.. OfLayers, .. OfPlainLayers, .. OfBiases, .. OfEmbeddings, "saved", "norms"],
    };

    /// <summary>Query, key and value in one transposed layer; the files leave the class's outermost attribute out.</summary>
    private static AnyFamily Gpt2() => new()
    {
        ModelType = "gpt2",
        Tensors =
        [
            ("wte.weight", [Tokens, Hidden]), ("wpe.weight", [9, Hidden]), ("h.0.ln_1.weight", [Hidden]), ("h.0.ln_1.bias", [Hidden]),
            ("h.0.attn.c_attn.weight", [Hidden, 3 * Hidden]), ("h.0.attn.c_attn.bias", [3 * Hidden]), ("h.0.attn.c_proj.weight", [Hidden, Hidden]), ("h.0.attn.c_proj.bias", [Hidden]),
            ("h.0.mlp.c_fc.weight", [Hidden, Wide]), ("h.0.mlp.c_fc.bias", [Wide]), ("h.0.mlp.c_proj.weight", [Wide, Hidden]), ("h.0.mlp.c_proj.bias", [Hidden]),
            ("ln_f.weight", [Hidden]), ("ln_f.bias", [Hidden]),
        ],
        Attention = ("transformer.h.0.attn.c_attn", 3 * Hidden, Hidden),
        Other = ("transformer.h.0.mlp.c_proj", Hidden, Wide),
        Embedding = "transformer.wte",
        Outer = "transformer.",
        Saved = "ln_f",
        Kinds = [.. OfLayers, .. OfBiases, .. OfEmbeddings, "saved", "norms"],
    };

    /// <summary>Every expert in tensors of its own, by the name that the class had before.</summary>
    private static AnyFamily Mixtral() => new()
    {
        ModelType = "mixtral",
        Tensors =
        [
            .. Decoder(hasBiases: false),
            (Layer + "block_sparse_moe.gate.weight", [Experts, Hidden]),
            .. Enumerable.Range(0, Experts).Select(e => $"{Layer}block_sparse_moe.experts.{e}.").SelectMany(expert => new (string, long[])[]
            {
                (expert + "w1.weight", [ExpertWidth, Hidden]), (expert + "w3.weight", [ExpertWidth, Hidden]), (expert + "w2.weight", [Hidden, ExpertWidth]),
            }),
        ],
        Attention = (Layer + "self_attn.q_proj", 24, Hidden),
        Other = (Layer + "self_attn.v_proj", 12, Hidden),
        Embedding = "model.embed_tokens",
        Saved = "norm",
        Kinds = [.. OfLayers, .. OfPlainLayers, .. OfEmbeddings, "saved", "experts", "norms"],
    };

    /// <summary>All experts in one tensor, (experts, in, out).</summary>
    private static AnyFamily GptOss() => new()
    {
        ModelType = "gpt_oss",
        Tensors =
        [
            .. Decoder(hasBiases: true),
            (Layer + "self_attn.sinks", [4]), (Layer + "mlp.router.weight", [Experts, Hidden]), (Layer + "mlp.router.bias", [Experts]),
            (Layer + "mlp.experts.gate_up_proj", [Experts, Hidden, 2 * ExpertWidth]), (Layer + "mlp.experts.gate_up_proj_bias", [Experts, 2 * ExpertWidth]),
            (Layer + "mlp.experts.down_proj", [Experts, ExpertWidth, Hidden]), (Layer + "mlp.experts.down_proj_bias", [Experts, Hidden]),
        ],
        Attention = (Layer + "self_attn.q_proj", 24, Hidden),
        Other = (Layer + "self_attn.v_proj", 12, Hidden),
        Embedding = "model.embed_tokens",
        Saved = "norm",
        Kinds = [.. OfLayers, .. OfPlainLayers, .. OfBiases, .. OfEmbeddings, "saved", "experts", "norms"],
    };

    /// <summary>An encoder of images: convolutions beside linear layers, and no embedding.</summary>
    private static AnyFamily Segformer()
    {
        const string Block = "segformer.encoder.block.0.0.";
        return new()
        {
            ModelType = "segformer",
            Tensors =
            [
                ("segformer.encoder.patch_embeddings.0.proj.weight", [Hidden, 3, 3, 3]), ("segformer.encoder.patch_embeddings.0.proj.bias", [Hidden]),
                .. new[] { "query", "key", "value" }.SelectMany(part => new (string, long[])[] { ($"{Block}attention.self.{part}.weight", [Hidden, Hidden]), ($"{Block}attention.self.{part}.bias", [Hidden]) }),
                (Block + "mlp.dense1.weight", [Wide, Hidden]), (Block + "mlp.dense1.bias", [Wide]), (Block + "mlp.dwconv.dwconv.weight", [Wide, 1, 3, 3]), (Block + "mlp.dwconv.dwconv.bias", [Wide]),
                (Block + "mlp.dense2.weight", [Hidden, Wide]), (Block + "mlp.dense2.bias", [Hidden]), (Block + "layer_norm_1.weight", [Hidden]), (Block + "layer_norm_1.bias", [Hidden]),
                ("decode_head.linear_fuse.weight", [12, Hidden, 1, 1]), ("decode_head.classifier.weight", [5, 12, 1, 1]), ("decode_head.classifier.bias", [5]),
            ],
            Attention = (Block + "attention.self.query", Hidden, Hidden),
            Other = (Block + "mlp.dense2", Hidden, Wide),
            Saved = "classifier",
            Kinds = [.. OfLayers, .. OfPlainLayers, .. OfBiases, "saved", .. OfConvolutions, "norms"],
        };
    }

    private static IEnumerable<(string Name, long[] Shape)> Decoder(bool hasBiases)
    {
        yield return ("model.embed_tokens.weight", [Tokens, Hidden]);
        foreach (var (part, rows) in new[] { ("q", 24), ("k", 12), ("v", 12) })
        {
            yield return ($"{Layer}self_attn.{part}_proj.weight", [rows, Hidden]);
            if (hasBiases)
                yield return ($"{Layer}self_attn.{part}_proj.bias", [rows]);
        }
        yield return (Layer + "self_attn.o_proj.weight", [Hidden, 24]);
        foreach (var norm in new[] { Layer + "input_layernorm", Layer + "post_attention_layernorm", "model.norm" })
            yield return (norm + ".weight", [Hidden]);
    }
}
