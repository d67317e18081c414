using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// Writes the indices of a row's shared weights (docs/formats/undo.v1.md) where W' = round(W + δ) keeps the type: the interval of W' is where the
/// ends of its cell, less δ, fall among the type's values. Both ends are proved by the values on either side of them, eight weights at a time; a weight for
/// which that does not hold is left to <see cref="ElementMap{TIn, TOut}"/>.
/// </summary>
/// <typeparam name="T">The type.</typeparam>
internal static class SharedIndices<T>
    where T : struct, IWeightFormat
{
    private const int Batch = 64;
    private const int Lanes = 8;

    private static int Dropped => 52 - T.FractionBits;

    private static ulong Fraction => (1UL << Dropped) - 1;

    private static ulong Half => 1UL << (Dropped - 1);

    /// <summary>Writes the indices of the lanes that are marked in every sixteen weights, in ascending order.</summary>
    public static void Write(ReadOnlySpan<byte> weights, ReadOnlySpan<byte> merged, in RowTerms terms, ReadOnlySpan<ushort> shared, BitWriter undo)
    {
        Span<int> columns = stackalloc int[Batch];
        Span<long> keys = stackalloc long[Batch], first = stackalloc long[Batch], last = stackalloc long[Batch];
        Span<double> nearest = stackalloc double[Batch], updates = stackalloc double[Batch];
        var count = 0;
        for (var i = 0; i < shared.Length; i++)
        {
            for (uint lanes = shared[i]; lanes != 0; lanes &= lanes - 1)
            {
                var column = (i * LaneSum.Lanes) + BitOperations.TrailingZeroCount(lanes);
                (columns[count], updates[count]) = (column, terms.Update[column]);
                keys[count] = (long)OrderedKey<T>.Of(RowBytes.LoadOne<T>(weights, column)) - T.Sign;
                nearest[count] = T.ToDouble(RowBytes.LoadOne<T>(merged, column));
                if (++count < Batch)
                    continue;
                Find(nearest, updates, first, last);
                Write(weights, merged, terms, columns, keys, first, last, undo);
                count = 0;
            }
        }
        Find(nearest, updates, first, last);
        Write(weights, merged, terms, columns[..count], keys, first, last, undo);
    }

    private static void Write(
        ReadOnlySpan<byte> weights, ReadOnlySpan<byte> merged, in RowTerms terms, ReadOnlySpan<int> columns, ReadOnlySpan<long> keys, ReadOnlySpan<long> first, ReadOnlySpan<long> last, BitWriter undo)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            if (first[i] <= keys[i] && keys[i] <= last[i])
                undo.Write((ulong)(keys[i] - first[i]), 64 - BitOperations.LeadingZeroCount((ulong)(last[i] - first[i])));
            else
                RowMerger<T, T>.WriteIndex(weights, merged, terms, columns[i], undo);
        }
    }

    /// <summary>The keys of the ends of each interval, counted from +0; an empty interval where they are not proved.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Find(ReadOnlySpan<double> nearest, ReadOnlySpan<double> updates, Span<long> first, Span<long> last)
    {
        var (half, unit) = (Vector512.Create(Half), Vector512.Create(Fraction + 1));
        for (var i = 0; i < nearest.Length; i += Lanes)
        {
            var (r, update) = (Vector512.LoadUnsafe(in nearest[i]), Vector512.LoadUnsafe(in updates[i]));
            var (inner, outer) = ((r.AsUInt64() - half).AsDouble() - update, (r.AsUInt64() + half).AsDouble() - update);
            var low = ToGrid(Vector512.Min(inner, outer), isLow: true);
            var high = ToGrid(Vector512.Max(inner, outer), isLow: false);
            var isProved = NormalCells<T>.Held(r) & NormalCells<T>.Held(low.AsDouble()) & NormalCells<T>.Held(high.AsDouble())
                & NormalCells<T>.RoundingTo(r, low.AsDouble() + update) & ~NormalCells<T>.RoundingTo(r, Step(low, unit, up: false).AsDouble() + update)
                & NormalCells<T>.RoundingTo(r, high.AsDouble() + update) & ~NormalCells<T>.RoundingTo(r, Step(high, unit, up: true).AsDouble() + update);
            Vector512.ConditionalSelect(isProved.AsInt64(), Key(low), Vector512.Create(long.MaxValue)).StoreUnsafe(ref first[i]);
            Key(high).StoreUnsafe(ref last[i]);
        }
    }

    /// <summary>The next value of the type above a double, or below it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> ToGrid(Vector512<double> value, bool isLow)
    {
        var (bits, fraction) = (value.AsUInt64(), Vector512.Create(Fraction));
        var isNegative = IsNegative(bits);
        return (bits + (isLow ? Vector512.AndNot(fraction, isNegative) : fraction & isNegative)) & ~fraction;
    }

    /// <summary>The neighbour of a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Step(Vector512<ulong> bits, Vector512<ulong> unit, bool up)
    {
        var isNegative = IsNegative(bits);
        return up ? bits + (unit ^ isNegative) - isNegative : bits - (unit ^ isNegative) + isNegative;
    }

    /// <summary>A value's place in the type's order: 0 for +0, −1 for −0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Key(Vector512<ulong> bits)
    {
        var bias = (T.Infinity >> T.FractionBits) / 2;
        var magnitude = ((bits & Vector512.Create(ulong.MaxValue >> 1)) >>> Dropped).AsInt64() - Vector512.Create((1023L - bias) << T.FractionBits);
        return magnitude ^ IsNegative(bits).AsInt64();
    }

    /// <summary>All bits of a lane set where its sign is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> IsNegative(Vector512<ulong> bits) => (bits.AsInt64() >> 63).AsUInt64();
}
