using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// Rounding to odd (Boldo and Melquiond 2008): a double truncated to a float whose last bit is set where anything was cut off.
/// A second rounding to a format of at most 22 bits then gives what one rounding would have given.
/// </summary>
internal static class OddRounding
{
    /// <summary>Sixteen doubles to floats, to odd.</summary>
    public static Vector512<uint> ToSingleBits(Vector512<double> lower, Vector512<double> upper)
    {
        var nearest = Vector512.Narrow(lower, upper);
        var (backLower, backUpper) = Vector512.Widen(nearest);
        var above = Vector512.Narrow(
            Vector512.GreaterThan(Vector512.Abs(backLower), Vector512.Abs(lower)).AsInt64(),
            Vector512.GreaterThan(Vector512.Abs(backUpper), Vector512.Abs(upper)).AsInt64());
        var exact = Vector512.Narrow(
            Vector512.Equals(backLower, lower).AsInt64(),
            Vector512.Equals(backUpper, upper).AsInt64());
        var truncated = nearest.AsInt32() + above;
        return (truncated | (~exact & Vector512<int>.One)).AsUInt32();
    }

    /// <summary>One double to a float, to odd.</summary>
    public static uint ToSingleBits(double value)
    {
        var nearest = (float)value;
        var bits = BitConverter.SingleToUInt32Bits(nearest);
        if (nearest == value)
            return bits;
        return (Math.Abs((double)nearest) > Math.Abs(value) ? bits - 1 : bits) | 1;
    }
}
