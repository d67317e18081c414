using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// The commonest merge, W' = round(W + δ) into the base's own type, where every W' is a normal number and no sum lies at the middle between two
/// values of the type: rounding is then adding half a unit and cutting, and exponents tell which weights can share their W' with a neighbour.
/// Everything else is left to <see cref="RowMerger{TIn, TOut}"/>.
/// </summary>
/// <typeparam name="T">The type.</typeparam>
internal static class UpdateMerger<T>
    where T : struct, IWeightFormat
{
    private const int Lanes = LaneSum.Lanes;
    private const int DoubleFractionBits = 52;
    private const int SingleFractionBits = 23;
    private const uint SingleMagnitude = 0x7FFF_FFFF;
    private const uint SingleExponent = 0x7F80_0000;

    /// <summary>How far from a middle, in units of the double's last place, a sum must lie to be no middle: a sum and its neighbour's are rounded once each, so 2 would do.</summary>
    private const ulong NearMiddle = 16;

    /// <summary>Half a unit of the type's last place, in double bits.</summary>
    private static ulong Half => 1UL << (DoubleFractionBits - T.FractionBits - 1);

    /// <summary>A unit of the type's last place, in single bits.</summary>
    private static uint Unit => 1u << (SingleFractionBits - T.FractionBits);

    /// <summary>Twice the smallest normal value, as single bits.</summary>
    private static uint Smallest => SingleBits(2u << T.FractionBits);

    /// <summary>The value before the largest finite one, as single bits.</summary>
    private static uint Largest => SingleBits(T.Infinity - 2);

    /// <summary>
    /// Merges from a column on, sixteen weights at a time, up to the first sixteen that it cannot; returns their column.
    /// </summary>
    /// <param name="weights">W of the row.</param>
    /// <param name="merged">W' of the row.</param>
    /// <param name="update">δ of the row.</param>
    /// <param name="column">The first column.</param>
    /// <param name="shared">
    /// Takes the lanes of every sixteen whose W' a neighbour may have too; empty where nobody asks. Away from the middles two neighbours have
    /// the same W' only if they are nearer to each other than the values around W': if the binade of W' is above the one of the neighbour of smaller magnitude.
    /// </param>
    /// <param name="lanes">Takes the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Merge(ReadOnlySpan<byte> weights, Span<byte> merged, ReadOnlySpan<double> update, int column, Span<ushort> shared, ref RowSums lanes)
    {
        var columns = weights.Length / T.Bytes;
        ref var delta = ref MemoryMarshal.GetReference(update);
        var (half, unit) = (Vector512.Create(Half), Vector512.Create((int)Unit));
        var (fraction, near) = (Vector512.Create((2 * Half) - 1), Vector512.Create(NearMiddle));
        var (smallest, range) = (Vector512.Create(Smallest), Vector512.Create(Largest - Smallest));
        var (update0, update1, base0, base1, lost0, lost1) = (lanes.UpdateLower, lanes.UpdateUpper, lanes.BaseLower, lanes.BaseUpper, lanes.LostLower, lanes.LostUpper);
        var counts = lanes.Counts;
        for (; column <= columns - Lanes; column += Lanes)
        {
            var bits = RowBytes.Load<T>(weights, column);
            var single = T.ToSingle(bits);
            var (w0, w1) = Vector512.Widen(single);
            var (v0, v1) = (w0 + Vector512.LoadUnsafe(ref delta, (nuint)column), w1 + Vector512.LoadUnsafe(ref delta, (nuint)column + Lanes / 2));
            var (t0, t1) = (v0.AsUInt64() + half, v1.AsUInt64() + half);
            var (r0, r1) = (Vector512.AndNot(t0, fraction).AsDouble(), Vector512.AndNot(t1, fraction).AsDouble());
            var rounded = Vector512.Narrow(r0, r1);
            var magnitude = rounded.AsUInt32() & Vector512.Create(SingleMagnitude);
            var nearest = Vector512.Min((t0 + near) & fraction, (t1 + near) & fraction);
            if (Vector512.GreaterThanAny(magnitude - smallest, range) || Vector512.LessThanOrEqualAny(nearest, near + near))
                break;
            var result = T.OfNormal(rounded);
            T.Store(result, ref merged[column * T.Bytes]);
            if (!shared.IsEmpty)
            {
                var smaller = (single.AsInt32() & Vector512.Create((int)SingleMagnitude)) - unit;
                shared[column / Lanes] = (ushort)Vector512.GreaterThan((magnitude & Vector512.Create(SingleExponent)).AsInt32(), smaller).ExtractMostSignificantBits();
            }
            counts.AddNormal<T>(bits, result, (w0, w1), (v0, v1));
            var (u0, u1, l0, l1) = (v0 - w0, v1 - w1, r0 - v0, r1 - v1);
            update0 += u0 * u0;
            update1 += u1 * u1;
            base0 += w0 * w0;
            base1 += w1 * w1;
            lost0 += l0 * l0;
            lost1 += l1 * l1;
        }
        (lanes.UpdateLower, lanes.UpdateUpper, lanes.BaseLower, lanes.BaseUpper, lanes.LostLower, lanes.LostUpper) = (update0, update1, base0, base1, lost0, lost1);
        lanes.Counts = counts;
        return column;
    }

    private static uint SingleBits(uint bits) => BitConverter.SingleToUInt32Bits((float)T.ToDouble(bits));
}
