using System.Globalization;
using System.Runtime.InteropServices;
using Loragate.Artifacts.Safetensors;

namespace Loragate.Bench;

/// <summary>A Llama-shaped checkpoint of random weights (hidden 2048, MLP 8192, vocabulary 32 000) and a LoRA adapter for it, in float32 as PEFT saves it.</summary>
internal sealed record SyntheticModel(string Base, string Adapter, string Weights, long BaseBytes, long AdapterBytes, double TargetedShare)
{
    private const int Hidden = 2048;
    private const int Mlp = 8192;
    private const int KeyValue = 512;
    private const int Vocabulary = 32_000;

    private static readonly Dictionary<string, (string Path, int Out, int In)> Modules = new()
    {
        ["q_proj"] = ("self_attn.q_proj", Hidden, Hidden),
        ["k_proj"] = ("self_attn.k_proj", KeyValue, Hidden),
        ["v_proj"] = ("self_attn.v_proj", KeyValue, Hidden),
        ["o_proj"] = ("self_attn.o_proj", Hidden, Hidden),
        ["gate_proj"] = ("mlp.gate_proj", Mlp, Hidden),
        ["up_proj"] = ("mlp.up_proj", Mlp, Hidden),
        ["down_proj"] = ("mlp.down_proj", Hidden, Mlp),
    };

    public static SyntheticModel Make(string work, int layers, string[] targets, int rank)
    {
        var (baseFolder, adapter) = (Path.Combine(work, $"base-{layers}"), Path.Combine(work, $"adapter-f32-{layers}-{string.Join('-', targets)}-{rank}"));
        var weights = Path.Combine(baseFolder, "model.safetensors");
        if (!File.Exists(weights))
            WriteBase(baseFolder, weights, layers);
        if (!Directory.Exists(adapter))
            WriteAdapter(adapter, layers, targets, rank);
        var targeted = layers * targets.Sum(t => 2L * Modules[t].Out * Modules[t].In);
        var size = new FileInfo(weights).Length;
        return new SyntheticModel(baseFolder, adapter, weights, size, new FileInfo(Path.Combine(adapter, "adapter_model.safetensors")).Length, (double)targeted / size);
    }

    private static void WriteBase(string folder, string weights, int layers)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"model_type":"llama","dtype":"bfloat16"}""");
        var plans = new List<TensorPlan> { new("model.embed_tokens.weight", DType.BF16, [Vocabulary, Hidden]) };
        for (var layer = 0; layer < layers; layer++)
            plans.AddRange(Modules.Values.Select(m => new TensorPlan(string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}.{m.Path}.weight"), DType.BF16, [m.Out, m.In])));
        using var writer = SafetensorsWriter.Create(weights, plans, new Dictionary<string, string> { ["format"] = "pt" });
        var random = new Random(1);
        var block = new ushort[1 << 20];
        foreach (var tensor in writer.Layout)
        {
            for (var at = 0L; at < tensor.Length; at += block.Length * 2L)
            {
                Fill(random, block, 0.02f);
                writer.Write(tensor.Name, at, MemoryMarshal.AsBytes(block.AsSpan())[..(int)Math.Min(block.Length * 2L, tensor.Length - at)]);
            }
        }
    }

    private static void WriteAdapter(string folder, int layers, string[] targets, int rank)
    {
        Directory.CreateDirectory(folder);
        var names = string.Join(',', targets.Select(t => $"\"{t}\""));
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), string.Create(CultureInfo.InvariantCulture, $$"""{"peft_type":"LORA","r":{{rank}},"lora_alpha":{{rank}},"target_modules":[{{names}}]}"""));
        var plans = new List<TensorPlan>();
        for (var layer = 0; layer < layers; layer++)
        {
            foreach (var module in targets.Select(t => Modules[t]))
            {
                var prefix = string.Create(CultureInfo.InvariantCulture, $"base_model.model.model.layers.{layer}.{module.Path}");
                plans.Add(new TensorPlan($"{prefix}.lora_A.weight", DType.F32, [rank, module.In]));
                plans.Add(new TensorPlan($"{prefix}.lora_B.weight", DType.F32, [module.Out, rank]));
            }
        }
        using var writer = SafetensorsWriter.Create(Path.Combine(folder, "adapter_model.safetensors"), plans, new Dictionary<string, string> { ["format"] = "pt" });
        var random = new Random(2);
        foreach (var tensor in writer.Layout)
        {
            var values = new float[tensor.Length / sizeof(float)];
            for (var i = 0; i < values.Length; i++)
                values[i] = Normal(random, 0.007f);
            writer.Write(tensor.Name, 0, MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }

    private static void Fill(Random random, ushort[] block, float deviation)
    {
        for (var i = 0; i < block.Length; i++)
            block[i] = (ushort)(BitConverter.SingleToUInt32Bits(Normal(random, deviation)) >> 16);
    }

    /// <summary>A roughly normal value: the sum of four uniform ones.</summary>
    private static float Normal(Random random, float deviation) =>
        (random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle() - 2) * 1.732f * deviation;
}
