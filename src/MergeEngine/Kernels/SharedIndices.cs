using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
    private const int Lanes = 8;
    private const int Word = 64;
    private const int Batch = 2 * Word;

    private static int Dropped
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 52 - T.FractionBits;
    }

    private static ulong Fraction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (1UL << Dropped) - 1;
    }

    private static ulong Half
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1UL << (Dropped - 1);
    }

    /// <summary>Writes the indices of the lanes that are marked in every sixteen weights, in ascending order.</summary>
    [SkipLocalsInit]
    public static void Write(ReadOnlySpan<byte> weights, ReadOnlySpan<byte> merged, in RowTerms terms, ReadOnlySpan<ushort> shared, BitWriter undo)
    {
        Span<int> columns = stackalloc int[Batch];
        var count = 0;
        for (var i = 0; i < shared.Length; i += Word / LaneSum.Lanes)
        {
            for (var lanes = Lanes64(shared[i..]); lanes != 0; lanes &= lanes - 1)
                columns[count++] = (i * LaneSum.Lanes) + BitOperations.TrailingZeroCount(lanes);
            if (count <= Batch - Word)
                continue;
            WriteBatch(weights, merged, terms, columns[..count], undo);
            count = 0;
        }
        WriteBatch(weights, merged, terms, columns[..count], undo);
    }

    /// <summary>The marks of up to 64 weights.</summary>
    private static ulong Lanes64(ReadOnlySpan<ushort> shared)
    {
        if (shared.Length >= Word / LaneSum.Lanes)
            return MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(shared));
        var lanes = 0UL;
        for (var i = 0; i < shared.Length; i++)
            lanes |= (ulong)shared[i] << (i * LaneSum.Lanes);
        return lanes;
    }

    /// <summary>The last vector may hold, behind the last column, whatever lay on the stack: nobody looks at what becomes of that.</summary>
    [SkipLocalsInit]
    private static void WriteBatch(ReadOnlySpan<byte> weights, ReadOnlySpan<byte> merged, in RowTerms terms, ReadOnlySpan<int> columns, BitWriter undo)
    {
        Span<double> from = stackalloc double[Batch], to = stackalloc double[Batch], updates = stackalloc double[Batch];
        Span<long> index = stackalloc long[Batch], others = stackalloc long[Batch];
        for (var i = 0; i < columns.Length; i++)
        {
            from[i] = T.ToDouble(RowBytes.LoadOne<T>(weights, columns[i]));
            to[i] = T.ToDouble(RowBytes.LoadOne<T>(merged, columns[i]));
            updates[i] = terms.Update[columns[i]];
        }
        for (var i = 0; i < columns.Length; i += Lanes)
            Find(in from[i], in to[i], in updates[i], ref index[i], ref others[i]);
        for (var i = 0; i < columns.Length; i++)
        {
            if (index[i] >= 0)
                undo.Write((ulong)index[i], 64 - BitOperations.LeadingZeroCount((ulong)others[i]));
            else
                RowMerger<T, T>.WriteIndex(weights, merged, terms, columns[i], undo);
        }
    }

    /// <summary>The index of each of eight weights in its interval, and how many other members that has; an index of −1 where the ends are not proved, or the weight is no normal number.</summary>
    /// <param name="weight">w.</param>
    /// <param name="nearest">W'.</param>
    /// <param name="updates">δ.</param>
    /// <param name="index">Takes the indices.</param>
    /// <param name="others">Takes the number of other members of each interval.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Find(ref readonly double weight, ref readonly double nearest, ref readonly double updates, ref long index, ref long others)
    {
        var (half, unit) = (Vector512.Create(Half), Vector512.Create(Fraction + 1));
        var (w, r, update) = (Vector512.LoadUnsafe(in weight), Vector512.LoadUnsafe(in nearest), Vector512.LoadUnsafe(in updates));
        var (inner, outer) = ((r.AsUInt64() - half).AsDouble() - update, (r.AsUInt64() + half).AsDouble() - update);
        var low = ToGrid(Vector512.Min(inner, outer), isLow: true);
        var high = ToGrid(Vector512.Max(inner, outer), isLow: false);
        var isProved = NormalCells<T>.Held(w) & NormalCells<T>.Held(r) & NormalCells<T>.Held(low.AsDouble()) & NormalCells<T>.Held(high.AsDouble())
            & NormalCells<T>.RoundingTo(r, low.AsDouble() + update) & ~NormalCells<T>.RoundingTo(r, Step(low, unit, up: false).AsDouble() + update)
            & NormalCells<T>.RoundingTo(r, high.AsDouble() + update) & ~NormalCells<T>.RoundingTo(r, Step(high, unit, up: true).AsDouble() + update);
        var first = Key(low);
        Vector512.ConditionalSelect(isProved.AsInt64(), Key(w.AsUInt64()) - first, Vector512<long>.AllBitsSet).StoreUnsafe(ref index);
        (Key(high) - first).StoreUnsafe(ref others);
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
