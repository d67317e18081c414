using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine;

/// <summary>Writes bases and adapters from lists of tensors.</summary>
internal static class AnyFolder
{
    public sealed record Named(string Name, long[] Shape, float[] Values);

    public static string WriteBase(string folder, string config, IReadOnlyList<Named> tensors, DType type)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Checkpoint.ConfigFile), config);
        Write(Path.Combine(folder, Checkpoint.SingleFile), tensors, type);
        return folder;
    }

    public static string WriteAdapter(string folder, JsonObject config, IReadOnlyList<Named> tensors, DType type = DType.F32)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, AdapterConfig.FileName), config.ToJsonString());
        Write(Path.Combine(folder, PeftAdapter.WeightsFile), tensors, type);
        return folder;
    }

    public static Named Tensor(Random random, string name, params long[] shape) =>
        new(name, shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (x, y) => x * y)).Select(_ => (float)((random.NextDouble() - 0.5) / 4))]);

    /// <summary>The tensors of a float32 checkpoint as doubles.</summary>
    public static double[] Read(string folder, string tensor)
    {
        using var checkpoint = Checkpoint.Open(folder);
        return [.. checkpoint.Tensor(tensor).ReadAll().Chunk(4).Select(b => (double)BinaryPrimitives.ReadSingleLittleEndian(b))];
    }

    private static void Write(string path, IReadOnlyList<Named> tensors, DType type)
    {
        using var writer = SafetensorsWriter.Create(path, tensors.Select(t => new TensorPlan(t.Name, type, t.Shape)), new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var tensor in tensors)
            writer.Write(tensor.Name, 0, Encode(tensor.Values, type));
    }

    private static byte[] Encode(float[] values, DType type)
    {
        var size = type.Bits / 8;
        var bytes = new byte[values.Length * size];
        for (var i = 0; i < values.Length; i++)
        {
            var target = bytes.AsSpan(i * size);
            if (type == DType.F32)
                BinaryPrimitives.WriteSingleLittleEndian(target, values[i]);
            else if (type == DType.F16)
                BinaryPrimitives.WriteHalfLittleEndian(target, (Half)values[i]);
            else
                BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(BitConverter.SingleToUInt32Bits(values[i]) >> 16));
        }
        return bytes;
    }
}
