using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// Rounding of doubles that lie well inside a type's normal range, on their bits. There the doubles that round to one value t of the type are
/// those whose bits differ from t's by at most half a unit of t's last place — in the binade below a power of two as well, where the unit and
/// what a bit is worth are both halved — the ends included where t is even (IEEE 754 §4.3.1).
/// </summary>
/// <typeparam name="T">The type.</typeparam>
internal static class NormalCells<T>
    where T : struct, IWeightFormat
{
    private const ulong Magnitude = ulong.MaxValue >> 1;
    private const int DoubleFractionBits = 52;
    private const int DoubleBias = 1023;

    private static int Dropped
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => DoubleFractionBits - T.FractionBits;
    }

    private static ulong Half
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1UL << (Dropped - 1);
    }

    /// <summary>Twice the smallest normal value, as double bits: below the smallest itself the spacing does not halve.</summary>
    private static ulong Smallest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (ulong)(DoubleBias + 2 - Bias) << DoubleFractionBits;
    }

    /// <summary>The largest finite value, as double bits.</summary>
    private static ulong Largest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ((ulong)(DoubleBias + Bias + 1) << DoubleFractionBits) - (2 * Half);
    }

    private static int Bias
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)(T.Infinity >> T.FractionBits) / 2;
    }

    /// <summary>Whether all values lie between twice the smallest normal value and the largest finite one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Hold(Vector512<double> lower, Vector512<double> upper)
    {
        var (magnitude, smallest) = (Vector512.Create(Magnitude), Vector512.Create(Smallest));
        var furthest = Vector512.Max((lower.AsUInt64() & magnitude) - smallest, (upper.AsUInt64() & magnitude) - smallest);
        return Vector512.LessThanOrEqualAll(furthest, Vector512.Create(Largest - Smallest));
    }

    /// <summary>Whether a value lies between twice the smallest normal value and the largest finite one.</summary>
    public static bool Holds(double value) => (BitConverter.DoubleToUInt64Bits(value) & Magnitude) - Smallest <= Largest - Smallest;

    /// <summary>Eight doubles to the nearest values of the type, ties to even, as doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Round(Vector512<double> values)
    {
        var bits = values.AsUInt64();
        var odd = (bits >>> Dropped) & Vector512<ulong>.One;
        return ((bits + Vector512.Create(Half - 1) + odd) & Vector512.Create(~(2 * Half - 1))).AsDouble();
    }

    /// <summary>Whether a double rounds to <paramref name="nearest"/>, a value of the type that <see cref="Holds"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool RoundsTo(double nearest, double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(nearest);
        var odd = (bits >> Dropped) & 1;
        return BitConverter.DoubleToUInt64Bits(value) - (bits - Half + odd) <= 2 * (Half - odd);
    }

    /// <summary>The lanes that <see cref="Holds"/>, all bits set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Held(Vector512<double> values) =>
        Vector512.LessThanOrEqual((values.AsUInt64() & Vector512.Create(Magnitude)) - Vector512.Create(Smallest), Vector512.Create(Largest - Smallest));

    /// <summary>The lanes whose value rounds to <paramref name="nearest"/>, all bits set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> RoundingTo(Vector512<double> nearest, Vector512<double> values)
    {
        var (low, width) = Cell(nearest);
        return Vector512.LessThanOrEqual(values.AsUInt64() - low, width);
    }

    /// <summary>The lanes of which either value rounds to <paramref name="nearest"/>, as bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong EitherRoundsTo(Vector512<double> nearest, Vector512<double> first, Vector512<double> second)
    {
        var (low, width) = Cell(nearest);
        var closest = Vector512.Min(first.AsUInt64() - low, second.AsUInt64() - low);
        return Vector512.LessThanOrEqual(closest, width).ExtractMostSignificantBits();
    }

    /// <summary>The lowest bits that round to a value, and how many follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<ulong> Low, Vector512<ulong> Width) Cell(Vector512<double> nearest)
    {
        var odd = (nearest.AsUInt64() >>> Dropped) & Vector512<ulong>.One;
        return (nearest.AsUInt64() - Vector512.Create(Half) + odd, Vector512.Create(2 * Half) - odd - odd);
    }
}
