using Loragate.Artifacts.Safetensors;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>Parameters as a safetensors file, in float32.</summary>
internal static class TensorFile
{
    public static void Write(string path, IReadOnlyList<Parameter> parameters, CancellationToken cancellation)
    {
        using var writer = SafetensorsWriter.Create(path, parameters.Select(p => new TensorPlan(p.Name, DType.F32, p.Value.shape)), new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var parameter in parameters)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            writer.Write(parameter.Name, 0, Bytes(parameter.Value, ScalarType.Float32));
        }
        writer.Flush();
    }

    /// <summary>A tensor's numbers in a type, row by row.</summary>
    public static ReadOnlySpan<byte> Bytes(Tensor value, ScalarType type) => value.detach().to_type(type).cpu().contiguous().bytes;
}
