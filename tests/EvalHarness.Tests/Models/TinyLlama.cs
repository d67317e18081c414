using System.Text;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Models;

/// <summary>A Llama checkpoint of a few thousand random weights, to be bent by tests and written to a folder.</summary>
public sealed class TinyLlama
{
    private readonly Random _random;

    public TinyLlama(int seed = 7)
    {
        _random = new Random(seed);
        Config = new JsonObject
        {
            ["model_type"] = "llama",
            ["hidden_size"] = 16,
            ["intermediate_size"] = 24,
            ["num_hidden_layers"] = 2,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["vocab_size"] = 50,
            ["max_position_embeddings"] = 64,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 10000.0,
            ["hidden_act"] = "silu",
            ["tie_word_embeddings"] = false,
        };
        Add("model.embed_tokens.weight", 50, 16);
        for (var layer = 0; layer < 2; layer++)
            AddLayer($"model.layers.{layer}.");
        Add("model.norm.weight", 16);
        Add("lm_head.weight", 50, 16);
    }

    public JsonObject Config { get; }

    public Dictionary<string, (long[] Shape, float[] Values)> Tensors { get; } = new(StringComparer.Ordinal);

    public DType DType { get; set; } = DType.F32;

    public Dictionary<string, DType> OtherTypes { get; } = [];

    public TinyLlama Add(string name, params long[] shape)
    {
        var count = shape.Aggregate(1L, (a, b) => a * b);
        Tensors[name] = (shape, [.. Enumerable.Range(0, (int)count).Select(_ => Round((float)((_random.NextDouble() - 0.5) * 1.5)))]);
        return this;
    }

    public TinyLlama Tied()
    {
        Config["tie_word_embeddings"] = true;
        Tensors.Remove("lm_head.weight");
        return this;
    }

    public string Write(TempFolder folder, string name = "model")
    {
        var path = Path.Combine(folder.Path, name);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "config.json"), Config.ToJsonString());
        WriteWeights(Path.Combine(path, "model.safetensors"), Tensors.Keys);
        return path;
    }

    public string WriteSharded(TempFolder folder, int shards)
    {
        var path = Path.Combine(folder.Path, "sharded");
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "config.json"), Config.ToJsonString());
        var map = new JsonObject();
        foreach (var (shard, names) in Tensors.Keys.Select((n, i) => (n, i)).GroupBy(p => p.i % shards).Select(g => (g.Key, g.Select(p => p.n).ToList())))
        {
            var file = $"model-{shard + 1:00000}-of-{shards:00000}.safetensors";
            WriteWeights(Path.Combine(path, file), names);
            names.ForEach(n => map[n] = file);
        }
        File.WriteAllText(Path.Combine(path, "model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString(), new UTF8Encoding(false));
        return path;
    }

    private void AddLayer(string prefix)
    {
        Add($"{prefix}input_layernorm.weight", 16);
        Add($"{prefix}self_attn.q_proj.weight", 16, 16);
        Add($"{prefix}self_attn.k_proj.weight", 8, 16);
        Add($"{prefix}self_attn.v_proj.weight", 8, 16);
        Add($"{prefix}self_attn.o_proj.weight", 16, 16);
        Add($"{prefix}post_attention_layernorm.weight", 16);
        Add($"{prefix}mlp.gate_proj.weight", 24, 16);
        Add($"{prefix}mlp.up_proj.weight", 24, 16);
        Add($"{prefix}mlp.down_proj.weight", 16, 24);
    }

    private void WriteWeights(string path, IEnumerable<string> names)
    {
        var plans = names.Select(n => new TensorPlan(n, OtherTypes.GetValueOrDefault(n, DType), Tensors[n].Shape)).ToList();
        using var writer = SafetensorsWriter.Create(path, plans, new Dictionary<string, string>());
        foreach (var plan in plans)
            writer.Write(plan.Name, 0, Bytes(Tensors[plan.Name].Values, plan.DType));
    }

    private static byte[] Bytes(float[] values, DType type) => [.. values.SelectMany(v => type switch
    {
        DType.F32 => BitConverter.GetBytes(v),
        DType.BF16 => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)),
        DType.F16 => BitConverter.GetBytes((Half)v),
        DType.F64 => BitConverter.GetBytes((double)v),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    })];

    /// <summary>To 8 significant bits, so that every type holds the value exactly.</summary>
    private static float Round(float value) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) & 0xFFFF0000u);
}
