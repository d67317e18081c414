using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine;

/// <summary>A base of some family and adapters of every kind for it; everything follows from a seed.</summary>
internal sealed class AnyCase(int seed)
{
    private const string Layer = "model.layers.0.";
    private static readonly string[] Everywhere =
    [
        "lora", "rslora", "dora", "pattern", "embedding", "embedding-dora", "head", "saved", "bias", "lora-bias", "tokens", "tokens-only",
        "conv", "conv-dora", "conv-1x1", "loha", "loha-core", "lokr", "lokr-pairs", "lokr-core", "ia3", "ia3-conv", "adalora", "vera", "experts", "experts-fused", "conv1d", "conv1d-dora",
    ];

    private readonly Random _random = new(seed);

    public static int Kinds => Everywhere.Length;

    public DType Type { get; } = new[] { DType.F32, DType.BF16, DType.F16 }[seed % 3];

    public bool IsTied { get; } = seed % 2 == 0;

    /// <summary>Kinds in turn, so that a run over consecutive seeds meets all of them with all types.</summary>
    public string KindOf(int step) => Everywhere[(seed / 3 + step * 7) % Everywhere.Length];

    public string WriteBase(string folder)
    {
        List<Named> tensors =
        [
            Weights("model.embed_tokens.weight", 23, 20), Weights(Layer + "self_attn.q_proj.weight", 24, 20), Weights(Layer + "self_attn.q_proj.bias", 24),
            Weights(Layer + "mlp.down_proj.weight", 20, 35), Weights(Layer + "input_layernorm.weight", 20), Weights("model.norm.weight", 20),
            Weights("model.patch.weight", 8, 6, 3, 3), Weights("model.patch.bias", 8), Weights("model.point.weight", 8, 6, 1, 1),
            Weights(Layer + "mlp.all_experts.down_proj", 3, 20, 17), Weights("model.h.0.attn.c_attn.weight", 20, 33),
            .. Enumerable.Range(0, 3).SelectMany(e => new[]
            {
                Weights($"{Layer}block_sparse_moe.experts.{e}.w1.weight", 17, 20), Weights($"{Layer}block_sparse_moe.experts.{e}.w3.weight", 17, 20), Weights($"{Layer}block_sparse_moe.experts.{e}.w2.weight", 20, 17),
            }),
        ];
        if (!IsTied)
            tensors.Add(Weights("lm_head.weight", 23, 20));
        var family = KindOf(0).StartsWith("conv1d", StringComparison.Ordinal) ? "gpt2" : "mixtral";
        return AnyFolder.WriteBase(folder, $$"""{"model_type":"{{family}}","torch_dtype":"x","tie_word_embeddings":{{(IsTied ? "true" : "false")}}}""", tensors, Type);
    }

    public string WriteAdapter(string folder, string kind)
    {
        var rank = _random.Next(1, 10);
        var config = new JsonObject { ["peft_type"] = "LORA", ["peft_version"] = "0.21.2", ["base_model_name_or_path"] = "base", ["r"] = rank, ["lora_alpha"] = _random.Next(1, 20), ["alpha"] = _random.Next(1, 20) };
        var tensors = Tensors(kind, rank, config);
        return AnyFolder.WriteAdapter(folder, config, tensors, new[] { DType.F32, DType.BF16, DType.F16 }[_random.Next(3)]);
    }

    private List<Named> Tensors(string kind, int r, JsonObject config)
    {
        const string Q = Layer + "self_attn.q_proj", Down = Layer + "mlp.down_proj", Embed = "model.embed_tokens", Experts = Layer + "mlp.experts";
        switch (kind)
        {
            case "lora" or "rslora":
                config["use_rslora"] = kind == "rslora";
                return Lora(config, r, (Q, 24, 20), (Down, 20, 35));
            case "dora":
                config["use_dora"] = true;
                return [.. Lora(config, r, (Q, 24, 20)), Magnitude(Q, 24)];
            case "pattern":
                (config["rank_pattern"], config["alpha_pattern"]) = (new JsonObject { ["down_proj"] = r + 1 }, new JsonObject { ["q_proj"] = 2.5 });
                Targets(config, "q_proj", "down_proj");
                return [New(Q + ".lora_A.weight", r, 20), New(Q + ".lora_B.weight", 24, r), New(Down + ".lora_A.weight", r + 1, 35), New(Down + ".lora_B.weight", 20, r + 1)];
            case "embedding" or "embedding-dora":
                Targets(config, "embed_tokens");
                List<Named> embedding = [New(Embed + ".lora_embedding_A", r, 23), New(Embed + ".lora_embedding_B", 20, r)];
                if (kind == "embedding")
                    return embedding;
                config["use_dora"] = true;
                return [.. embedding, Magnitude(Embed, 20)];
            case "head":
                return Lora(config, r, ("lm_head", 23, 20));
            case "saved":
                config["modules_to_save"] = new JsonArray("norm", "lm_head");
                return [.. Lora(config, r, (Q, 24, 20)), New("model.norm.weight", 20), New(Layer + "input_layernorm.weight", 20), New("lm_head.weight", 23, 20)];
            case "bias":
                config["bias"] = "lora_only";
                return [.. Lora(config, r, (Q, 24, 20)), New(Q + ".base_layer.bias", 24)];
            case "lora-bias":
                config["lora_bias"] = true;
                return [.. Lora(config, r, (Q, 24, 20)), New(Q + ".lora_B.bias", 24)];
            case "tokens":
                config["trainable_token_indices"] = new JsonArray(17, 0, 5);
                return [.. Lora(config, r, (Q, 24, 20)), New(Embed + ".token_adapter.trainable_tokens_delta", 3, 20)];
            case "tokens-only":
                (config["peft_type"], config["token_indices"], _) = ("TRAINABLE_TOKENS", new JsonArray(17, 0, 5), Targets(config, "embed_tokens"));
                return [New(Embed + ".trainable_tokens_delta", 3, 20)];
            case "conv" or "conv-dora":
                Targets(config, "patch");
                List<Named> conv = [New("model.patch.lora_A.weight", r, 6, 3, 3), New("model.patch.lora_B.weight", 8, r, 1, 1)];
                if (kind == "conv")
                    return conv;
                config["use_dora"] = true;
                return [.. conv, Magnitude("model.patch", 1, 8, 1, 1)];
            case "conv-1x1":
                Targets(config, "point");
                return [New("model.point.lora_A.weight", r, 6, 1, 1), New("model.point.lora_B.weight", 8, r, 1, 1)];
            case "conv1d" or "conv1d-dora":
                var c = "model.h.0.attn.c_attn";
                var isConv1D = KindOf(0).StartsWith("conv1d", StringComparison.Ordinal);
                var lora = isConv1D ? Lora(config, r, (c, 33, 20)) : Lora(config, r, (c, 20, 33));
                if (kind == "conv1d")
                    return lora;
                config["use_dora"] = true;
                return [.. lora, Magnitude(c, isConv1D ? 33 : 20)];
            case "loha":
                (config["peft_type"], _) = ("LOHA", Targets(config, "q_proj"));
                return [New(Q + ".hada_w1_a", 24, r), New(Q + ".hada_w1_b", r, 20), New(Q + ".hada_w2_a", 24, r), New(Q + ".hada_w2_b", r, 20)];
            case "loha-core":
                (config["peft_type"], _) = ("LOHA", Targets(config, "patch"));
                return [.. new[] { "1", "2" }.SelectMany(i => new[] { New($"model.patch.hada_w{i}_a", r, 8), New($"model.patch.hada_w{i}_b", r, 6), New($"model.patch.hada_t{i}", r, r, 3, 3) })];
            case "lokr":
                (config["peft_type"], _) = ("LOKR", Targets(config, "q_proj"));
                return [New(Q + ".lokr_w1", 4, 5), New(Q + ".lokr_w2", 6, 4)];
            case "lokr-pairs":
                (config["peft_type"], _) = ("LOKR", Targets(config, "q_proj"));
                return [New(Q + ".lokr_w1_a", 4, r), New(Q + ".lokr_w1_b", r, 5), New(Q + ".lokr_w2_a", 6, r), New(Q + ".lokr_w2_b", r, 4)];
            case "lokr-core":
                (config["peft_type"], _) = ("LOKR", Targets(config, "patch"));
                return [New("model.patch.lokr_w1", 2, 3), New("model.patch.lokr_w2_a", r, 4), New("model.patch.lokr_w2_b", r, 2), New("model.patch.lokr_t2", r, r, 3, 3)];
            case "ia3":
                (config["peft_type"], config["feedforward_modules"], _) = ("IA3", new JsonArray("down_proj"), Targets(config, "q_proj", "down_proj"));
                return [Rescaling(Q, 24, 1), Rescaling(Down, 1, 35)];
            case "ia3-conv":
                (config["peft_type"], config["feedforward_modules"], _) = ("IA3", new JsonArray("point"), Targets(config, "patch", "point"));
                return [Rescaling("model.patch", 1, 8, 1, 1), Rescaling("model.point", 1, 6, 1, 1)];
            case "adalora":
                (config["peft_type"], config["init_r"], _) = ("ADALORA", r + 2, Targets(config, "q_proj", "down_proj"));
                return [New(Q + ".lora_A", r, 20), New(Q + ".lora_B", 24, r), New(Q + ".lora_E", r, 1), New(Down + ".lora_A", 0, 35), New(Down + ".lora_B", 20, 0), New(Down + ".lora_E", 0, 1)];
            case "vera":
                (config["peft_type"], _) = ("VERA", Targets(config, "q_proj", "down_proj"));
                Named[] shared = [Tensor(_random, "base_model.vera_A", r, 35), Tensor(_random, "base_model.vera_B", 24, r)];
                return [.. shared, New(Q + ".vera_lambda_b", 24), New(Q + ".vera_lambda_d", r), New(Down + ".vera_lambda_b", 20), New(Down + ".vera_lambda_d", r)];
            case "experts" when !KindOf(0).StartsWith("conv1d", StringComparison.Ordinal):
                (config["target_modules"], config["target_parameters"]) = (new JsonArray(), new JsonArray("mlp.experts.down_proj", "mlp.experts.gate_up_proj"));
                return [New(Experts + ".base_layer.lora_A.weight", 3 * r, 20), New(Experts + ".base_layer.lora_B.weight", 34, 3 * r), New(Experts + ".lora_A.weight", 3 * r, 17), New(Experts + ".lora_B.weight", 20, 3 * r)];
            default:
                (config["target_modules"], config["target_parameters"]) = (new JsonArray(), new JsonArray("all_experts.down_proj"));
                return [New(Layer + "mlp.all_experts.lora_A.weight", 3 * r, 17), New(Layer + "mlp.all_experts.lora_B.weight", 20, 3 * r)];
        }
    }

    private List<Named> Lora(JsonObject config, int r, params (string Module, long Out, long In)[] modules)
    {
        Targets(config, [.. modules.Select(m => m.Module[(m.Module.LastIndexOf('.') + 1)..])]);
        return [.. modules.SelectMany(m => new[] { New(m.Module + ".lora_A.weight", r, m.In), New(m.Module + ".lora_B.weight", m.Out, r) })];
    }

    private static JsonObject Targets(JsonObject config, params string[] names)
    {
        config["target_modules"] = new JsonArray([.. names.Select(n => (JsonNode)n)]);
        return config;
    }

    private Named New(string name, params long[] shape) => Tensor(_random, AdapterKey.Prefix + name, shape);

    private Named Magnitude(string module, params long[] shape) => Factors(module + ".lora_magnitude_vector", shape);

    private Named Rescaling(string module, params long[] shape) => Factors(module + ".ia3_l", shape);

    /// <summary>Numbers of both signs, near 1 and near 0, and a few zeros of either sign.</summary>
    private Named Factors(string name, params long[] shape)
    {
        var tensor = New(name, shape);
        return tensor with { Values = [.. tensor.Values.Select(v => _random.Next(8) switch { 0 => -1 + v, 1 => v, 2 when seed % 4 == 0 => 0f, 3 when seed % 4 == 0 => -0f, _ => 1 + v })] };
    }

    /// <summary>Base weights with zeros of either sign, subnormal and large numbers among them.</summary>
    private Named Weights(string name, params long[] shape)
    {
        var tensor = Tensor(_random, name, shape);
        return tensor with { Values = [.. tensor.Values.Select(v => _random.Next(40) switch { 0 => 0f, 1 => -0f, 2 => v * 1e-6f, 3 => v * 1e-38f, 4 => v * 4000, _ => v })] };
    }
}
