using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Stored F32, BF16 and F16 numbers as doubles, exactly.</summary>
internal static class StoredValues
{
    /// <summary>Fills <paramref name="values"/> from as many elements of <paramref name="bytes"/>.</summary>
    public static void Widen(DType type, ReadOnlySpan<byte> bytes, Span<double> values)
    {
        switch (type)
        {
            case DType.F32:
                Widen<Float32Format>(bytes, values);
                break;
            case DType.BF16:
                Widen<BFloat16Format>(bytes, values);
                break;
            case DType.F16:
                Widen<Float16Format>(bytes, values);
                break;
            default:
                throw new ArgumentException($"Numbers of type {type} are refused by the plan.", nameof(type));
        }
    }

    private static void Widen<T>(ReadOnlySpan<byte> bytes, Span<double> values)
        where T : struct, IWeightFormat
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = T.ToDouble(T.LoadOne(in bytes[i * T.Bytes]));
    }
}
