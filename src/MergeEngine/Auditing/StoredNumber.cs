using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Auditing;

/// <summary>Rounding and spacing of F32, BF16 and F16, told in doubles.</summary>
internal static class StoredNumber
{
    private const int FractionBits = 52;
    private const int Bias = 1023;

    /// <summary>A value rounded once to a type, as a value.</summary>
    public static double Round(DType type, double value) => type switch
    {
        DType.F32 => (float)value,
        DType.BF16 => BFloat16Format.ToDouble(BFloat16Format.RoundOne(value)),
        _ => (double)(Half)value,
    };

    /// <summary>The distance between neighbours of a type at a magnitude, finite and not negative (IEEE 754 §3.3). Taken from the exponent's bits: an audit asks for every weight.</summary>
    public static double Ulp(DType type, double magnitude)
    {
        var (lowest, digits) = type switch
        {
            DType.F32 => (-126, 23),
            DType.BF16 => (-126, 7),
            _ => (-14, 10),
        };
        var exponent = Math.Max(lowest, (int)(BitConverter.DoubleToUInt64Bits(magnitude) >> FractionBits) - Bias);
        return BitConverter.UInt64BitsToDouble((ulong)(exponent - digits + Bias) << FractionBits);
    }
}
