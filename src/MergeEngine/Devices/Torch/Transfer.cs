using System.Runtime.InteropServices;
using Loragate.Artifacts.Safetensors;
using static TorchSharp.torch;

namespace Loragate.MergeEngine.Devices.Torch;

/// <summary>Numbers between the machine's memory and a device.</summary>
internal static class Transfer
{
    /// <summary>Stored numbers as doubles, (rows, columns).</summary>
    public static Tensor Load(ReadOnlySpan<byte> stored, DType type, long rows, long columns, Device device)
    {
        using var host = empty(rows, columns, TypeOf(type));
        stored.CopyTo(host.bytes);
        using var there = host.to(device);
        return there.to(float64);
    }

    /// <summary>Doubles that a type holds, as it stores them.</summary>
    public static void Store(Tensor values, DType type, Span<byte> stored)
    {
        using var there = values.to(TypeOf(type));
        using var host = there.cpu();
        host.bytes.CopyTo(stored);
    }

    /// <summary>Doubles, (rows, columns).</summary>
    public static Tensor Load(ReadOnlySpan<double> values, long rows, long columns, Device device)
    {
        using var host = empty(rows, columns, float64);
        MemoryMarshal.AsBytes(values).CopyTo(host.bytes);
        return host.to(device, copy: true);
    }

    /// <summary>Numbers of a tensor, row-major.</summary>
    public static T[] Read<T>(Tensor values)
        where T : unmanaged
    {
        using var host = values.cpu();
        using var whole = host.contiguous();
        return MemoryMarshal.Cast<byte, T>(whole.bytes).ToArray();
    }

    private static ScalarType TypeOf(DType type) => type switch
    {
        DType.F32 => ScalarType.Float32,
        DType.BF16 => ScalarType.BFloat16,
        DType.F16 => ScalarType.Float16,
        _ => throw new ArgumentException($"Numbers of type {type} are refused by the plan.", nameof(type)),
    };
}
