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
    private const uint SingleBias = 127;
    private const uint SingleMagnitude = 0x7FFF_FFFF;
    private const uint SingleExponent = 0x7F80_0000;

    /// <summary>How far from a middle, in units of the double's last place, a sum must lie to be no middle: a sum and its neighbour's are rounded once each, so 2 would do.</summary>
    private const ulong NearMiddle = 16;

    /// <summary>Half a unit of the type's last place, in double bits.</summary>
    private static ulong Half
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1UL << (DoubleFractionBits - T.FractionBits - 1);
    }

    /// <summary>A unit of the type's last place, in single bits.</summary>
    private static uint Unit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1u << (SingleFractionBits - T.FractionBits);
    }

    /// <summary>Twice the smallest normal value, as single bits.</summary>
    private static uint Smallest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => SingleBits(2u << T.FractionBits);
    }

    /// <summary>The value before the largest finite one, as single bits.</summary>
    private static uint Largest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => SingleBits(T.Infinity - 2);
    }

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
        var end = weights.Length / T.Bytes / Lanes * Lanes;
        ref readonly var w = ref MemoryMarshal.GetReference(weights[..(end * T.Bytes)]);
        ref var target = ref MemoryMarshal.GetReference(merged[..(end * T.Bytes)]);
        ref readonly var delta = ref MemoryMarshal.GetReference(update[..end]);
        var isAsked = !shared.IsEmpty;
        ref var marks = ref MemoryMarshal.GetReference(isAsked ? shared[..(end / Lanes)] : shared);
        var (half, fraction, near) = (Vector512.Create(Half + NearMiddle), Vector512.Create((2 * Half) - 1), Vector512.Create(2 * NearMiddle));
        var (kept, unit) = (~fraction, Vector512.Create((int)Unit));
        var (smallest, range) = (Vector512.Create(Smallest), Vector512.Create(Largest - Smallest));
        var (update0, update1, base0, base1, lost0, lost1) = (lanes.UpdateLower, lanes.UpdateUpper, lanes.BaseLower, lanes.BaseUpper, lanes.LostLower, lanes.LostUpper);
        var counts = lanes.Counts;
        for (; column < end; column += Lanes)
        {
            var bits = T.Load(in Unsafe.Add(ref Unsafe.AsRef(in w), (nint)column * T.Bytes));
            var single = T.ToSingle(bits);
            var (w0, w1) = Vector512.Widen(single);
            var (v0, v1) = (w0 + Vector512.LoadUnsafe(in delta, (nuint)column), w1 + Vector512.LoadUnsafe(in delta, (nuint)column + Lanes / 2));
            var (t0, t1) = (v0.AsUInt64() + half, v1.AsUInt64() + half);
            var (r0, r1) = ((t0 & kept).AsDouble(), (t1 & kept).AsDouble());
            var rounded = Vector512.Narrow(r0, r1);
            var magnitude = rounded.AsUInt32() & Vector512.Create(SingleMagnitude);
            var overMiddle = Vector512.Min(t0 & fraction, t1 & fraction);
            if (Vector512.GreaterThanAny(magnitude - smallest, range) || Vector512.LessThanAny(overMiddle, near))
                break;
            var result = T.OfNormal(rounded);
            T.Store(result, ref Unsafe.Add(ref target, (nint)column * T.Bytes));
            if (isAsked)
            {
                var smaller = (single.AsInt32() & Vector512.Create((int)SingleMagnitude)) - unit;
                var isShared = Vector512.GreaterThan(rounded.AsInt32() & Vector512.Create((int)SingleExponent), smaller);
                Unsafe.Add(ref marks, (nint)((uint)column / Lanes)) = (ushort)isShared.ExtractMostSignificantBits();
            }
            counts.AddNormal<T>(bits, result, (w0, w1), (v0, v1));
            var (u0, u1, l0, l1) = (v0 - w0, v1 - w1, r0 - v0, r1 - v1);
            update0 += u0 * u0;
            update1 += u1 * u1;
            // The square of a weight is exact in double, so fusing changes nothing.
            base0 = ExactProductSum.Add(w0, w0, base0);
            base1 = ExactProductSum.Add(w1, w1, base1);
            lost0 += l0 * l0;
            lost1 += l1 * l1;
        }
        (lanes.UpdateLower, lanes.UpdateUpper, lanes.BaseLower, lanes.BaseUpper, lanes.LostLower, lanes.LostUpper) = (update0, update1, base0, base1, lost0, lost1);
        lanes.Counts = counts;
        return column;
    }

    /// <summary>A normal number of the type as a single's bits: the fraction is longer there, and the exponent's bias may be another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint SingleBits(uint bits) =>
        (bits << (SingleFractionBits - T.FractionBits)) + ((SingleBias - ((T.Infinity >> T.FractionBits) / 2)) << SingleFractionBits);
}
