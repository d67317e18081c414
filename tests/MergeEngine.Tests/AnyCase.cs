using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;
using static Loragate.MergeEngine.AnyFolder;

namespace Loragate.MergeEngine;

/// <summary>
/// A base of some family and adapters of any kind for it, one merged after the other. The first kind and the base's type are dealt, so that every pair of them comes in its turn;
/// everything else is drawn by itself, from the seed.
/// </summary>
internal sealed class AnyCase
{
    public const int Deepest = 3;

    /// <summary>How many cases a test of all runs.</summary>
    public const int Count = 300;

    /// <summary>The first of as many seeds that meet all that <see cref="ChainTests"/> asks of them; some do not.</summary>
    private const int FirstSeed = 0;

    private static readonly DType[] Types = [DType.F32, DType.BF16, DType.F16];

    /// <summary>Kinds that have no meaning at another weight than 1.</summary>
    private static readonly string[] Unweighted = ["dora", "embedding-dora", "conv-dora", "adalora", "ia3", "ia3-conv", "bias", "saved", "tokens", "tokens-only", "norms"];

    private readonly Random _random;
    private readonly bool _hasZeros;

    public AnyCase(int seed)
    {
        Seed = seed;
        // Random's first numbers follow its seed, so neighbours would be drawn alike.
        _random = new Random(BitConverter.ToInt32(SHA256.HashData(BitConverter.GetBytes(seed))));
        (Type, OutputType) = (Types[seed / AnyFamily.AllKinds.Count % Types.Length], _random.Next(8) == 0 ? DType.F32 : null);
        Kinds = [AnyFamily.AllKinds[seed % AnyFamily.AllKinds.Count]];
        Family = One([.. AnyFamily.All.Where(f => f.Kinds.Contains(Kinds[0]))]);
        Kinds = [Kinds[0], .. Enumerable.Range(1, Deepest - 1).Select(_ => One(Family.Kinds))];
        Weights = [.. Kinds.Select(kind => Unweighted.Contains(kind) ? 1 : One<double>([1, 0.5, -1, -0.5, 1.7]))];
        (Depth, IsTied, HasAdapters, IsAlone, _hasZeros) = (_random.Next(1, Deepest + 1), Coin(), Coin(), Coin(), _random.Next(4) == 0);
    }

    public int Seed { get; }

    public DType Type { get; }

    /// <summary>The type that every merge writes, or null to keep the base's.</summary>
    public DType? OutputType { get; }

    public AnyFamily Family { get; }

    /// <summary>The kinds of the adapters in the order of the merges, as many as the deepest chain takes.</summary>
    public IReadOnlyList<string> Kinds { get; }

    /// <summary>The weights of the adapters.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>How many merges there are.</summary>
    public int Depth { get; }

    /// <summary>Whether the head is the embedding, where there is one.</summary>
    public bool IsTied { get; }

    /// <summary>Whether the adapters are at hand when they are taken off, or their copies in the merged folder are to serve.</summary>
    public bool HasAdapters { get; }

    /// <summary>Whether nothing but the last merged folder is left, in another place, when the adapters are taken off.</summary>
    public bool IsAlone { get; }

    public static IEnumerable<AnyCase> All() => Enumerable.Range(FirstSeed, Count).Select(seed => new AnyCase(seed));

    /// <summary>The type of the base that a step merges into.</summary>
    public DType TypeOf(int step) => step == 0 ? Type : OutputType ?? Type;

    /// <summary>Writes the base and the adapters; each request merges into what the one before it makes.</summary>
    public List<MergeRequest> Write(TempFolder temp, int depth)
    {
        var folder = WriteBase(temp.PathTo("base"));
        var requests = new List<MergeRequest>();
        for (var step = 0; step < depth; step++)
        {
            var adapter = WriteAdapter(temp.PathTo($"adapter{step}"), Kinds[step]);
            requests.Add(TinyModel.Request(folder, temp.PathTo($"merged{step}"), new WeightedAdapter(adapter, Weights[step])) with { OutputType = OutputType });
            folder = requests[^1].Output;
        }
        return requests;
    }

    private string WriteBase(string folder)
    {
        var head = Family.Embedding is null || IsTied ? [] : new[] { BaseWeights("lm_head.weight", AnyFamily.Tokens, AnyFamily.Hidden) };
        var config = new JsonObject { ["model_type"] = Family.ModelType, ["torch_dtype"] = "x", ["tie_word_embeddings"] = IsTied };
        return AnyFolder.WriteBase(folder, config.ToJsonString(), [.. Family.Tensors.Select(t => BaseWeights(t.Name, t.Shape)), .. head], Type);
    }

    private string WriteAdapter(string folder, string kind)
    {
        var rank = _random.Next(1, 10);
        var alpha = _random.Next(1, 41) / 2.0 * (_random.Next(5) == 0 ? -1 : 1);
        var config = new JsonObject { ["peft_type"] = "LORA", ["peft_version"] = "0.21.2", ["base_model_name_or_path"] = "base", ["r"] = rank, ["lora_alpha"] = alpha, ["alpha"] = alpha };
        var tensors = Tensors(kind, rank, config);
        return AnyFolder.WriteAdapter(folder, config, tensors, One(Types));
    }

    private List<Named> Tensors(string kind, int r, JsonObject config)
    {
        const string Patch = "segformer.encoder.patch_embeddings.0.proj", Point = "decode_head.linear_fuse", Experts = "model.layers.0.mlp.experts";
        var ((q, outputs, inputs), other, embedding) = (Family.Attention, Family.Other, Family.Embedding);
        switch (kind)
        {
            case "lora" or "rslora":
                config["use_rslora"] = kind == "rslora";
                return Lora(config, r, Family.Attention, other);
            case "dora":
                config["use_dora"] = true;
                return [.. Lora(config, r, Family.Attention), Magnitude(q, outputs)];
            case "pattern":
                (config["rank_pattern"], config["alpha_pattern"]) = (new JsonObject { [Last(other.Module)] = r + 1 }, new JsonObject { [Last(q)] = 2.5 });
                Targets(config, q, other.Module);
                return [.. Pair(r, Family.Attention), .. Pair(r + 1, other)];
            case "embedding" or "embedding-dora":
                Targets(config, embedding!);
                List<Named> rows = [New(embedding + ".lora_embedding_A", r, AnyFamily.Tokens), New(embedding + ".lora_embedding_B", AnyFamily.Hidden, r)];
                if (kind == "embedding")
                    return rows;
                config["use_dora"] = true;
                return [.. rows, Magnitude(embedding!, AnyFamily.Hidden)];
            case "head":
                return Lora(config, r, ("lm_head", AnyFamily.Tokens, AnyFamily.Hidden));
            case "saved":
                config["modules_to_save"] = new JsonArray([.. (embedding is null ? [Family.Saved] : new[] { Family.Saved, "lm_head" }).Select(n => (JsonNode)n)]);
                var saved = Family.Tensors.Where(t => t.Name[..t.Name.LastIndexOf('.')].EndsWith(Family.Saved, StringComparison.Ordinal)).Select(t => New(Family.Outer + t.Name, t.Shape));
                return [.. Lora(config, r, Family.Attention), .. saved, .. embedding is null ? [] : new[] { New("lm_head.weight", AnyFamily.Tokens, AnyFamily.Hidden) }];
            case "bias":
                config["bias"] = "lora_only";
                return [.. Lora(config, r, Family.Attention), New(q + ".base_layer.bias", outputs)];
            case "lora-bias":
                config["lora_bias"] = true;
                return [.. Lora(config, r, Family.Attention), New(q + ".lora_B.bias", outputs)];
            case "tokens":
                config["trainable_token_indices"] = new JsonArray(17, 0, 5);
                return [New(embedding + ".token_adapter.trainable_tokens_delta", 3, AnyFamily.Hidden)];
            case "tokens-only":
                (config["peft_type"], config["token_indices"], _) = ("TRAINABLE_TOKENS", new JsonArray(17, 0, 5), Targets(config, embedding!));
                return [New(embedding + ".trainable_tokens_delta", 3, AnyFamily.Hidden)];
            case "norms":
                var norms = Family.Norms.Select(t => (Module: Family.Outer + t.Name[..t.Name.LastIndexOf('.')], Parameter: t.Name[t.Name.LastIndexOf('.')..], t.Shape)).ToList();
                (config["peft_type"], _) = ("LN_TUNING", Targets(config, [.. norms.Select(n => n.Module).Distinct()]));
                return [.. norms.Select(n => New($"{n.Module}.ln_tuning_layers{n.Parameter}", n.Shape))];
            case "conv" or "conv-dora":
                Targets(config, Patch);
                List<Named> conv = [New(Patch + ".lora_A.weight", r, 3, 3, 3), New(Patch + ".lora_B.weight", AnyFamily.Hidden, r, 1, 1)];
                if (kind == "conv")
                    return conv;
                config["use_dora"] = true;
                return [.. conv, Magnitude(Patch, 1, AnyFamily.Hidden, 1, 1)];
            case "conv-1x1":
                Targets(config, Point);
                return [New(Point + ".lora_A.weight", r, AnyFamily.Hidden, 1, 1), New(Point + ".lora_B.weight", 12, r, 1, 1)];
            case "loha":
                (config["peft_type"], _) = ("LOHA", Targets(config, q));
                return [.. new[] { "1", "2" }.SelectMany(i => new[] { New($"{q}.hada_w{i}_a", outputs, r), New($"{q}.hada_w{i}_b", r, inputs) })];
            case "loha-core":
                (config["peft_type"], _) = ("LOHA", Targets(config, Patch));
                return [.. new[] { "1", "2" }.SelectMany(i => new[] { New($"{Patch}.hada_w{i}_a", r, AnyFamily.Hidden), New($"{Patch}.hada_w{i}_b", r, 3), New($"{Patch}.hada_t{i}", r, r, 3, 3) })];
            case "lokr":
                (config["peft_type"], _) = ("LOKR", Targets(config, q));
                return [New(q + ".lokr_w1", 4, inputs / 4), New(q + ".lokr_w2", outputs / 4, 4)];
            case "lokr-pairs":
                (config["peft_type"], _) = ("LOKR", Targets(config, q));
                return [New(q + ".lokr_w1_a", 4, r), New(q + ".lokr_w1_b", r, inputs / 4), New(q + ".lokr_w2_a", outputs / 4, r), New(q + ".lokr_w2_b", r, 4)];
            case "lokr-core":
                (config["peft_type"], _) = ("LOKR", Targets(config, Patch));
                return [New(Patch + ".lokr_w1", 4, 3), New(Patch + ".lokr_w2_a", r, AnyFamily.Hidden / 4), New(Patch + ".lokr_w2_b", r, 1), New(Patch + ".lokr_t2", r, r, 3, 3)];
            case "ia3":
                (config["peft_type"], config["feedforward_modules"], _) = ("IA3", new JsonArray(Last(other.Module)), Targets(config, q, other.Module));
                return [Rescaling(q, outputs, 1), Rescaling(other.Module, 1, other.In)];
            case "ia3-conv":
                (config["peft_type"], config["feedforward_modules"], _) = ("IA3", new JsonArray(Last(Point)), Targets(config, Patch, Point));
                return [Rescaling(Patch, 1, AnyFamily.Hidden, 1, 1), Rescaling(Point, 1, AnyFamily.Hidden, 1, 1)];
            case "adalora":
                (config["peft_type"], config["init_r"], _) = ("ADALORA", r + 2, Targets(config, q, other.Module));
                return [.. Ranked(r, Family.Attention), .. Ranked(0, other)];
            case "vera":
                (config["peft_type"], _) = ("VERA", Targets(config, q, other.Module));
                Named[] shared = [Tensor(_random, "base_model.vera_A", r, Math.Max(inputs, other.In)), Tensor(_random, "base_model.vera_B", Math.Max(outputs, other.Out), r)];
                return [.. shared, New(q + ".vera_lambda_b", outputs), New(q + ".vera_lambda_d", r), New(other.Module + ".vera_lambda_b", other.Out), New(other.Module + ".vera_lambda_d", r)];
            case "experts":
                (config["target_modules"], config["target_parameters"]) = (new JsonArray(), new JsonArray("mlp.experts.down_proj", "mlp.experts.gate_up_proj"));
                return [.. Stacked(Experts + ".base_layer", r, 2 * AnyFamily.ExpertWidth, AnyFamily.Hidden), .. Stacked(Experts, r, AnyFamily.Hidden, AnyFamily.ExpertWidth)];
            default:
                throw new ArgumentException($"'{kind}' is no kind.", nameof(kind));
        }
    }

    private List<Named> Lora(JsonObject config, int r, params (string Module, int Out, int In)[] modules)
    {
        Targets(config, [.. modules.Select(m => m.Module)]);
        return [.. modules.SelectMany(m => Pair(r, m))];
    }

    private Named[] Pair(int r, (string Module, int Out, int In) at) => [New(at.Module + ".lora_A.weight", r, at.In), New(at.Module + ".lora_B.weight", at.Out, r)];

    private Named[] Ranked(int r, (string Module, int Out, int In) at) => [New(at.Module + ".lora_A", r, at.In), New(at.Module + ".lora_B", at.Out, r), New(at.Module + ".lora_E", r, 1)];

    /// <summary>The factors of all experts; versions of PEFT differ in which side they take for the input.</summary>
    private Named[] Stacked(string module, int r, int rows, int columns)
    {
        var (outputs, inputs) = Coin() ? (rows, columns) : (columns, rows);
        return [New(module + ".lora_A.weight", AnyFamily.Experts * r, inputs), New(module + ".lora_B.weight", outputs, AnyFamily.Experts * r)];
    }

    /// <summary>Names a module by its last two parts, as a layer and a block may have one of the same name.</summary>
    private static JsonObject Targets(JsonObject config, params string[] modules)
    {
        config["target_modules"] = new JsonArray([.. modules.Select(m => (JsonNode)Last(m))]);
        return config;
    }

    private static string Last(string module) => string.Join('.', module.Split('.').TakeLast(2));

    private Named New(string name, params long[] shape) => Tensor(_random, AdapterKey.Prefix + name, shape);

    private Named Magnitude(string module, params long[] shape) => Factors(module + ".lora_magnitude_vector", shape);

    private Named Rescaling(string module, params long[] shape) => Factors(module + ".ia3_l", shape);

    /// <summary>Numbers of both signs, near 1 and near 0, and in some cases a few zeros of either sign.</summary>
    private Named Factors(string name, params long[] shape)
    {
        var tensor = New(name, shape);
        return tensor with { Values = [.. tensor.Values.Select(v => _random.Next(8) switch { 0 => -1 + v, 1 => v, 2 when _hasZeros => 0f, 3 when _hasZeros => -0f, _ => 1 + v })] };
    }

    /// <summary>Base weights with zeros of either sign, subnormal and large numbers among them.</summary>
    private Named BaseWeights(string name, params long[] shape)
    {
        var tensor = Tensor(_random, name, shape);
        return tensor with { Values = [.. tensor.Values.Select(v => _random.Next(40) switch { 0 => 0f, 1 => -0f, 2 => v * 1e-6f, 3 => v * 1e-38f, 4 => v * 4000, _ => v })] };
    }

    private T One<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    private bool Coin() => _random.Next(2) == 0;
}
