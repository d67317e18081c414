using System.Buffers.Binary;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine;

/// <summary>Writes a base folder with every floating-point tensor cast to one type, by code of its own.</summary>
internal static class CastCheckpoint
{
    public static string Write(string source, string target, DType type)
    {
        Directory.CreateDirectory(target);
        using var checkpoint = Checkpoint.Open(source);
        File.Copy(Path.Combine(source, Checkpoint.ConfigFile), Path.Combine(target, Checkpoint.ConfigFile));
        var plans = checkpoint.Tensors.Values.Select(t => new TensorPlan(t.Name, t.Info.DType.IsMergeable ? type : t.Info.DType, t.Info.Shape)).ToList();
        using var writer = SafetensorsWriter.Create(Path.Combine(target, Checkpoint.SingleFile), plans, new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var tensor in checkpoint.Tensors.Values)
            writer.Write(tensor.Name, 0, tensor.Info.DType.IsMergeable ? Cast(tensor.ReadAll(), tensor.Info.DType, type) : tensor.ReadAll());
        return target;
    }

    private static byte[] Cast(byte[] bytes, DType from, DType to)
    {
        var size = from.Bits / 8;
        var result = new byte[bytes.Length / size * to.Bits / 8];
        for (var i = 0; i < bytes.Length / size; i++)
        {
            var source = bytes.AsSpan(i * size, size);
            var value = from switch
            {
                DType.F32 => BinaryPrimitives.ReadSingleLittleEndian(source),
                DType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(source),
                _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(source) << 16),
            };
            var target = result.AsSpan(i * to.Bits / 8);
            switch (to)
            {
                case DType.F32:
                    BinaryPrimitives.WriteSingleLittleEndian(target, value);
                    break;
                case DType.F16:
                    BinaryPrimitives.WriteHalfLittleEndian(target, (Half)value);
                    break;
                default:
                    var bits = BitConverter.SingleToUInt32Bits(value);
                    BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
                    break;
            }
        }
        return result;
    }
}
