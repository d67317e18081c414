namespace Loragate.MergeEngine.Algebra;

/// <summary>Factors that change an exponent and no digit.</summary>
internal static class PowerOfTwo
{
    /// <summary>The largest power of two whose reciprocal is a normal number as well.</summary>
    private const int LargestExponent = 1022;

    /// <summary>
    /// The factor that brings a positive value to [1, 2), so that squares of what is no larger neither overflow nor, where it matters,
    /// underflow. A subnormal value is brought as near to 1 as a double can: 2⁻⁵² at least.
    /// </summary>
    public static double BringingToOne(double largest) => Math.ScaleB(1, Math.Min(LargestExponent, -Math.ILogB(largest)));
}
