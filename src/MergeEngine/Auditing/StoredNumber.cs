using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Auditing;

/// <summary>Rounding and spacing of F32, BF16 and F16, told in doubles.</summary>
internal static class StoredNumber
{
    /// <summary>A value rounded once to a type, as a value.</summary>
    public static double Round(DType type, double value) => type switch
    {
        DType.F32 => (float)value,
        DType.BF16 => BFloat16Format.ToDouble(BFloat16Format.RoundOne(value)),
        _ => (double)(Half)value,
    };

    /// <summary>The distance between neighbours of a type at a magnitude (IEEE 754 §3.3).</summary>
    public static double Ulp(DType type, double magnitude)
    {
        var (lowest, digits) = type switch
        {
            DType.F32 => (-126, 23),
            DType.BF16 => (-126, 7),
            _ => (-14, 10),
        };
        var exponent = magnitude == 0 ? lowest : Math.Max(lowest, Math.ILogB(magnitude));
        return Math.ScaleB(1, exponent - digits);
    }
}
