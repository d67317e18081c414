using System.Numerics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Doubles as exact integers in units of 2⁻¹⁰⁷⁴.</summary>
internal static class ExactNumber
{
    public static BigInteger Of(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52 & 0x7FF);
        var fraction = bits & 0xF_FFFF_FFFF_FFFF;
        var magnitude = exponent == 0 ? fraction : new BigInteger(fraction | 1L << 52) << (exponent - 1);
        return bits < 0 ? -magnitude : magnitude;
    }
}
