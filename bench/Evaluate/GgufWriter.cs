using System.Text;
using System.Text.Json;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.Bench.Evaluate;

/// <summary>A Llama checkpoint as GGUF (version 3, github.com/ggml-org/ggml, docs/gguf.md) in float32, for the peer to compute with the same weights in the same precision.</summary>
internal static class GgufWriter
{
    private const int Alignment = 32;
    private const uint Unsigned = 4, Float = 6, Text = 8, List = 9, Integer = 5;

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["self_attn.q_proj"] = "attn_q", ["self_attn.k_proj"] = "attn_k", ["self_attn.v_proj"] = "attn_v", ["self_attn.o_proj"] = "attn_output",
        ["mlp.gate_proj"] = "ffn_gate", ["mlp.up_proj"] = "ffn_up", ["mlp.down_proj"] = "ffn_down", ["input_layernorm"] = "attn_norm", ["post_attention_layernorm"] = "ffn_norm",
    };

    public static void Write(string model, string path)
    {
        using var checkpoint = Checkpoint.Open(model);
        using var tokenizer = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(model, "tokenizer.json")));
        using var writer = new BinaryWriter(File.Create(path));
        var tensors = checkpoint.Tensors.Values.OrderBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        var entries = Entries(checkpoint.Config, tokenizer.RootElement.GetProperty("model"));
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)entries.Count);
        foreach (var (key, write) in entries)
        {
            Put(writer, key);
            write(writer);
        }
        var offset = 0UL;
        foreach (var tensor in tensors)
        {
            Put(writer, NameOf(tensor.Name));
            writer.Write((uint)tensor.Info.Shape.Count);
            foreach (var size in tensor.Info.Shape.Reverse())
                writer.Write((ulong)size);
            writer.Write(0u);
            writer.Write(offset);
            offset += (ulong)(4 * tensor.Info.Elements + Alignment - 1) / Alignment * Alignment;
        }
        foreach (var tensor in tensors)
        {
            Pad(writer);
            writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(Values(tensor, checkpoint.Config)));
        }
    }

    private static List<(string Key, Action<BinaryWriter> Write)> Entries(JsonElement config, JsonElement bpe)
    {
        int Of(string key) => config.GetProperty(key).GetInt32();
        var vocabulary = bpe.GetProperty("vocab").EnumerateObject().OrderBy(entry => entry.Value.GetInt32()).Select(entry => entry.Name).ToList();
        var merges = bpe.GetProperty("merges").EnumerateArray().Select(merge => merge.ValueKind == JsonValueKind.String ? merge.GetString()! : $"{merge[0].GetString()} {merge[1].GetString()}").ToList();
        return
        [
            ("general.architecture", One("llama")),
            ("llama.context_length", One(Of("max_position_embeddings"))),
            ("llama.embedding_length", One(Of("hidden_size"))),
            ("llama.block_count", One(Of("num_hidden_layers"))),
            ("llama.feed_forward_length", One(Of("intermediate_size"))),
            ("llama.attention.head_count", One(Of("num_attention_heads"))),
            ("llama.attention.head_count_kv", One(Of("num_key_value_heads"))),
            ("llama.attention.layer_norm_rms_epsilon", One((float)config.GetProperty("rms_norm_eps").GetDouble())),
            ("llama.rope.dimension_count", One(Of("hidden_size") / Of("num_attention_heads"))),
            ("llama.rope.freq_base", One((float)config.GetProperty("rope_theta").GetDouble())),
            ("tokenizer.ggml.model", One("gpt2")),
            ("tokenizer.ggml.pre", One("smollm")),
            ("tokenizer.ggml.tokens", Many(Text, vocabulary, Put)),
            ("tokenizer.ggml.token_type", Many(Integer, vocabulary, static (writer, _) => writer.Write(1))),
            ("tokenizer.ggml.merges", Many(Text, merges, Put)),
            ("tokenizer.ggml.bos_token_id", One(Of("bos_token_id"))),
            ("tokenizer.ggml.eos_token_id", One(Of("eos_token_id"))),
        ];
    }

    private static Action<BinaryWriter> One(string value) => writer =>
    {
        writer.Write(Text);
        Put(writer, value);
    };

    private static Action<BinaryWriter> One(int value) => writer =>
    {
        writer.Write(Unsigned);
        writer.Write((uint)value);
    };

    private static Action<BinaryWriter> One(float value) => writer =>
    {
        writer.Write(Float);
        writer.Write(value);
    };

    private static Action<BinaryWriter> Many(uint type, List<string> values, Action<BinaryWriter, string> put) => writer =>
    {
        writer.Write(List);
        writer.Write(type);
        writer.Write((ulong)values.Count);
        values.ForEach(value => put(writer, value));
    };

    private static void Put(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        while (writer.BaseStream.Position % Alignment != 0)
            writer.Write((byte)0);
    }

    private static string NameOf(string name) => name switch
    {
        "model.embed_tokens.weight" => "token_embd.weight",
        "model.norm.weight" => "output_norm.weight",
        "lm_head.weight" => "output.weight",
        _ when name.Split('.') is ["model", "layers", var layer, .. var rest] => $"blk.{layer}.{Names[string.Join('.', rest[..^1])]}.weight",
        _ => throw new ArgumentException($"No name for {name}: only models of the Llama family are written.", nameof(name)),
    };

    private static float[] Values(CheckpointTensor tensor, JsonElement config)
    {
        var bytes = tensor.ReadAll();
        var values = new float[tensor.Info.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = tensor.Info.DType switch
            {
                DType.BF16 => BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes, 2 * i) << 16),
                DType.F16 => (float)BitConverter.ToHalf(bytes, 2 * i),
                DType.F32 => BitConverter.ToSingle(bytes, 4 * i),
                var other => throw new ArgumentException($"{other} is not written.", nameof(tensor)),
            };
        }
        var heads = tensor.Name switch
        {
            var name when name.EndsWith("q_proj.weight", StringComparison.Ordinal) => config.GetProperty("num_attention_heads").GetInt32(),
            var name when name.EndsWith("k_proj.weight", StringComparison.Ordinal) => config.GetProperty("num_key_value_heads").GetInt32(),
            _ => 0,
        };
        return heads == 0 ? values : Interleaved(values, heads, (int)tensor.Info.Shape[1]);
    }

    /// <summary>Hugging Face has the two halves of a head's rotary pairs one after the other, GGUF has the pairs side by side.</summary>
    private static float[] Interleaved(float[] values, int heads, int columns)
    {
        var result = new float[values.Length];
        var half = values.Length / columns / heads / 2;
        for (var row = 0; row < heads * half * 2; row++)
        {
            var (head, within) = (row / (2 * half), row % (2 * half));
            var target = (head * 2 * half) + (2 * (within % half)) + (within / half);
            Array.Copy(values, row * columns, result, target * columns, columns);
        }
        return result;
    }
}
