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
            writer.Write(parameter.Name, 0, Bytes(parameter.Name, parameter.Value, ScalarType.Float32));
        }
        writer.Flush();
    }

    /// <summary>A tensor's numbers in a type, row by row.</summary>
    /// <exception cref="DivergenceException">One is not finite, or too large for the type.</exception>
    public static ReadOnlySpan<byte> Bytes(string name, Tensor value, ScalarType type)
    {
        var converted = value.detach().to_type(type);
        return converted.isfinite().all().item<bool>()
            ? converted.cpu().contiguous().bytes
            : throw new DivergenceException(name, $"holds numbers that are not finite in {type.ToString().ToLowerInvariant()}, the type that it is saved in", "Lower the learning rate, or lengthen the warm-up.");
    }
}
