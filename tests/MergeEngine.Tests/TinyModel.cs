using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine;

/// <summary>A base of two linear layers, a norm and an embedding, and adapters for it; every number comes from a seed.</summary>
internal static class TinyModel
{
    public const string Query = "model.layers.0.q_proj";
    public const string Output = "model.layers.0.o_proj";
    public const string QueryTensor = Query + ".weight";
    public const string Embedding = "model.embed_tokens.weight";

    private static readonly (string Name, long[] Shape, string Shard)[] Tensors =
    [
        (Embedding, [19, 24], "model-00001-of-00003.safetensors"),
        (QueryTensor, [21, 24], "model-00002-of-00003.safetensors"),
        (Output + ".weight", [24, 21], "model-00003-of-00003.safetensors"),
        ("model.norm.weight", [24], "model-00003-of-00003.safetensors"),
    ];

    public static string WriteBase(string folder, DType type, bool sharded = false, Func<string, float[], float[]>? change = null)
    {
        Directory.CreateDirectory(folder);
        var word = type switch { DType.F32 => "float32", DType.F16 => "float16", _ => "bfloat16" };
        File.WriteAllText(Path.Combine(folder, Checkpoint.ConfigFile), $$"""{"model_type": "llama",  "torch_dtype": "{{word}}"}""");
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "README.md"), "A model card.");
        foreach (var shard in Tensors.GroupBy(t => sharded ? t.Shard : Checkpoint.SingleFile))
        {
            using var writer = SafetensorsWriter.Create(Path.Combine(folder, shard.Key), shard.Select(t => new TensorPlan(t.Name, type, t.Shape)), new Dictionary<string, string> { ["format"] = "pt" });
            foreach (var (name, shape, _) in shard)
            {
                var values = Random(name, shape, 1);
                writer.Write(name, 0, Encode(change is null ? values : change(name, values), type));
            }
        }
        if (sharded)
            WriteIndex(folder, type);
        return folder;
    }

    public static string WriteAdapter(string folder, int seed = 1, Action<JsonObject>? config = null, Func<string, float[], float[]>? change = null, Func<string, string?>? rename = null)
    {
        Directory.CreateDirectory(folder);
        var settings = JsonNode.Parse("""{"peft_type":"LORA","task_type":"CAUSAL_LM","base_model_name_or_path":"base","r":4,"lora_alpha":6,"target_modules":["q_proj","o_proj"]}""")!.AsObject();
        config?.Invoke(settings);
        File.WriteAllText(Path.Combine(folder, AdapterConfig.FileName), settings.ToJsonString());
        (string Name, long[] Shape)[] tensors =
        [
            (AdapterKey.Prefix + Query + ".lora_A.weight", [4, 24]),
            (AdapterKey.Prefix + Query + ".lora_B.weight", [21, 4]),
            (AdapterKey.Prefix + Output + ".lora_A.weight", [4, 21]),
            (AdapterKey.Prefix + Output + ".lora_B.weight", [24, 4]),
        ];
        if (settings["use_dora"] is not null)
            tensors = [.. tensors, (AdapterKey.Prefix + Query + ".lora_magnitude_vector", [21]), (AdapterKey.Prefix + Output + ".lora_magnitude_vector", [24])];
        var kept = tensors.Select(t => (Name: rename is null ? t.Name : rename(t.Name), t)).Where(t => t.Name is not null).ToList();
        using var writer = SafetensorsWriter.Create(Path.Combine(folder, PeftAdapter.WeightsFile), kept.Select(k => new TensorPlan(k.Name!, DType.F32, k.t.Shape)), new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var (name, tensor) in kept)
        {
            var values = Random(tensor.Name, tensor.Shape, seed);
            writer.Write(name!, 0, Encode(change is null ? values : change(tensor.Name, values), DType.F32));
        }
        return folder;
    }

    public static MergeRequest Request(string baseFolder, string output, params WeightedAdapter[] adapters) =>
        new() { Base = baseFolder, Adapters = adapters, Output = output, Threads = 2, Version = "test" };

    public static UnmergeRequest Undo(string merged, string output) => new() { Merged = merged, Output = output, Threads = 2, Version = "test" };

    /// <summary>One value spoilt in every tensor whose name ends so.</summary>
    public static Func<string, float[], float[]> Spoil(string suffix, float value) => (name, values) =>
    {
        if (name.EndsWith(suffix, StringComparison.Ordinal))
            values[values.Length / 2] = value;
        return values;
    };

    public static float[] Floats(SafetensorsFile file, string name) =>
        [.. file.ReadAll(file.Find(name)!).Chunk(4).Select(b => BinaryPrimitives.ReadSingleLittleEndian(b))];

    private static void WriteIndex(string folder, DType type)
    {
        var map = new JsonObject();
        foreach (var (name, _, shard) in Tensors)
            map[name] = shard;
        var size = Tensors.Sum(t => t.Shape.Aggregate(1L, (x, y) => x * y)) * type.Bits / 8;
        var index = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = size }, ["weight_map"] = map };
        File.WriteAllText(Path.Combine(folder, Checkpoint.IndexFile), index.ToJsonString());
    }

    private static float[] Random(string name, long[] shape, int seed)
    {
        var random = new Random(seed * 7919 + name.Sum(c => c));
        return [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (x, y) => x * y)).Select(_ => (float)((random.NextDouble() - 0.5) / 4))];
    }

    private static byte[] Encode(float[] values, DType type)
    {
        var bytes = new byte[values.Length * type.Bits / 8];
        for (var i = 0; i < values.Length; i++)
        {
            switch (type)
            {
                case DType.F32:
                    BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), values[i]);
                    break;
                case DType.F16:
                    BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(i * 2), (Half)values[i]);
                    break;
                default:
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * 2), (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16));
                    break;
            }
        }
        return bytes;
    }
}
