using System.Runtime.InteropServices;
using Loragate.Artifacts.Safetensors;
using static TorchSharp.torch;

namespace Loragate.Tuning;

/// <summary>Tensors of reference files.</summary>
internal static class TensorReader
{
    public static long[] Integers(SafetensorsFile file, string name) => MemoryMarshal.Cast<byte, long>(file.ReadAll(file.Find(name)!)).ToArray();

    public static float[] Floats(SafetensorsFile file, TensorInfo tensor) => MemoryMarshal.Cast<byte, float>(file.ReadAll(tensor)).ToArray();

    public static float[] Floats(Tensor value) => value.detach().to_type(ScalarType.Float32).contiguous().data<float>().ToArray();
}
