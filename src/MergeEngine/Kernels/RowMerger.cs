using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// Merges and unmerges one row of a tensor: W' = round(f · (W + δ₁ + δ₂ + …)), sixteen elements at a time; the elements behind the
/// last sixteen go through <see cref="ElementMap{TIn, TOut}"/>, which is the same arithmetic one by one.
/// </summary>
/// <typeparam name="TIn">The base's type.</typeparam>
/// <typeparam name="TOut">The merged type.</typeparam>
internal static class RowMerger<TIn, TOut>
    where TIn : struct, IWeightFormat
    where TOut : struct, IWeightFormat
{
    private const int Lanes = LaneSum.Lanes;

    /// <summary>√Σv² of v = W + δ₁ + …, in the order of <see cref="LaneSum"/> (DoRA, Liu et al. 2024, eq. 5).</summary>
    public static double Norm(ReadOnlySpan<byte> weights, ReadOnlySpan<double> deltas, int stride)
    {
        var columns = weights.Length / TIn.Bytes;
        Span<double> lanes = stackalloc double[Lanes];
        Vector512<double> lower = default, upper = default;
        var column = 0;
        for (; column <= columns - Lanes; column += Lanes)
        {
            var (_, _, v0, v1) = Values(weights, deltas, stride, column, 1);
            lower += v0 * v0;
            upper += v1 * v1;
        }
        LaneSum.Spill(lower, upper, lanes);
        for (; column < columns; column++)
        {
            var value = new ElementMap<TIn, TOut>(deltas, stride, column, 1).Value(LoadOne<TIn>(weights, column));
            lanes[column % Lanes] += value * value;
        }
        return Math.Sqrt(LaneSum.Tree(lanes));
    }

    /// <summary>Merges a row.</summary>
    /// <param name="weights">W of the row.</param>
    /// <param name="merged">W' of the row.</param>
    /// <param name="deltas">The updates of the row, <paramref name="stride"/> apart.</param>
    /// <param name="stride">Distance between the updates of one element.</param>
    /// <param name="factor">f; 1 but for DoRA.</param>
    /// <param name="undo">Takes the index of W in the interval of W', where the interval has more than one member.</param>
    /// <param name="sums">Takes the row's fidelity.</param>
    /// <returns>Whether every W' is finite.</returns>
    public static bool Merge(ReadOnlySpan<byte> weights, Span<byte> merged, ReadOnlySpan<double> deltas, int stride, double factor, BitWriter? undo, ref FidelitySums sums)
    {
        var columns = weights.Length / TIn.Bytes;
        Vector512<double> update0 = default, update1 = default, base0 = default, base1 = default, lost0 = default, lost1 = default;
        var infinite = Vector512<uint>.Zero;
        var unchanged = 0;
        var column = 0;
        for (; column <= columns - Lanes; column += Lanes)
        {
            var bits = Load<TIn>(weights, column);
            var (w0, w1, v0, v1) = Values(weights, deltas, stride, column, factor);
            var result = TOut.Round(v0, v1);
            TOut.Store(result, ref merged[column * TOut.Bytes]);

            var infinity = Vector512.Create(TOut.Infinity);
            infinite |= Vector512.Equals(result & infinity, infinity);
            if (undo is not null)
                WriteUndo(bits, result, deltas, stride, column, factor, undo);

            var (r0, r1) = Vector512.Widen(TOut.ToSingle(result));
            var (u0, u1) = (v0 - w0, v1 - w1);
            unchanged += CountUnchanged(w0, r0, u0) + CountUnchanged(w1, r1, u1);
            update0 += u0 * u0;
            update1 += u1 * u1;
            base0 += w0 * w0;
            base1 += w1 * w1;
            lost0 += (r0 - v0) * (r0 - v0);
            lost1 += (r1 - v1) * (r1 - v1);
        }

        Span<double> update = stackalloc double[Lanes], baseNorm = stackalloc double[Lanes], lost = stackalloc double[Lanes];
        LaneSum.Spill(update0, update1, update);
        LaneSum.Spill(base0, base1, baseNorm);
        LaneSum.Spill(lost0, lost1, lost);
        var finite = infinite == Vector512<uint>.Zero;
        for (; column < columns; column++)
        {
            var bits = LoadOne<TIn>(weights, column);
            var map = new ElementMap<TIn, TOut>(deltas, stride, column, factor);
            var (w, v) = (TIn.ToDouble(bits), map.Value(bits));
            var result = TOut.RoundOne(v);
            TOut.StoreOne(result, ref merged[column * TOut.Bytes]);
            finite &= (result & TOut.Infinity) != TOut.Infinity;
            if (undo is not null && IsShared(map, bits, result))
                WriteIndex(map, bits, result, undo);
            var r = TOut.ToDouble(result);
            unchanged += r == w && v != w ? 1 : 0;
            update[column % Lanes] += (v - w) * (v - w);
            baseNorm[column % Lanes] += w * w;
            lost[column % Lanes] += (r - v) * (r - v);
        }
        sums.Add(columns, unchanged, LaneSum.Tree(update), LaneSum.Tree(baseNorm), LaneSum.Tree(lost));
        return finite;
    }

    /// <summary>Restores W from W', the same updates and the stored indices.</summary>
    /// <returns>False where no W gives W', or the indices run out or beyond: the files do not belong together.</returns>
    public static bool Unmerge(ReadOnlySpan<byte> merged, Span<byte> weights, ReadOnlySpan<double> deltas, int stride, double factor, BitReader undo)
    {
        var columns = merged.Length / TOut.Bytes;
        var column = 0;
        for (; column <= columns - Lanes; column += Lanes)
        {
            var result = Load<TOut>(merged, column);
            var guess = Guess(result, deltas, stride, column, factor);
            TIn.Store(guess, ref weights[column * TIn.Bytes]);
            var doubtful = ~Vector512.Equals(Image(guess, deltas, stride, column, factor), result)
                | SharesImage(guess, result, deltas, stride, column, factor);
            for (var lanes = doubtful.ExtractMostSignificantBits(); lanes != 0; lanes &= lanes - 1)
            {
                if (!UnmergeOne(merged, weights, deltas, stride, column + BitOperations.TrailingZeroCount(lanes), factor, undo))
                    return false;
            }
        }
        for (; column < columns; column++)
        {
            if (!UnmergeOne(merged, weights, deltas, stride, column, factor, undo))
                return false;
        }
        return true;
    }

    private static bool UnmergeOne(ReadOnlySpan<byte> merged, Span<byte> weights, ReadOnlySpan<double> deltas, int stride, int column, double factor, BitReader undo)
    {
        var result = LoadOne<TOut>(merged, column);
        var map = new ElementMap<TIn, TOut>(deltas, stride, column, factor);
        if (!map.TryFind(result, out var member))
            return false;
        var (first, last) = map.Around(member, result);
        var index = 0UL;
        if (last > first && (!undo.TryRead(IndexWidth(first, last), out index) || index > last - first))
            return false;
        TIn.StoreOne(OrderedKey<TIn>.Bits(first + (uint)index), ref weights[column * TIn.Bytes]);
        return true;
    }

    private static void WriteUndo(Vector512<uint> bits, Vector512<uint> result, ReadOnlySpan<double> deltas, int stride, int column, double factor, BitWriter undo)
    {
        var shared = SharesImage(bits, result, deltas, stride, column, factor);
        for (var lanes = shared.ExtractMostSignificantBits(); lanes != 0; lanes &= lanes - 1)
        {
            var lane = BitOperations.TrailingZeroCount(lanes);
            var map = new ElementMap<TIn, TOut>(deltas, stride, column + lane, factor);
            WriteIndex(map, bits[lane], result[lane], undo);
        }
    }

    private static void WriteIndex(ElementMap<TIn, TOut> map, uint bits, uint result, BitWriter undo)
    {
        var (first, last) = map.Around(bits, result);
        undo.Write(OrderedKey<TIn>.Of(bits) - first, IndexWidth(first, last));
    }

    /// <summary>⌈log₂ size⌉ of an interval of keys.</summary>
    private static int IndexWidth(uint first, uint last) => 64 - BitOperations.LeadingZeroCount((ulong)last - first);

    private static bool IsShared(ElementMap<TIn, TOut> map, uint bits, uint result) =>
        map.Apply(Up(bits)) == result || map.Apply(Down(bits)) == result;

    /// <summary>Lanes whose neighbours, one up or one down, have the same image. An infinite neighbour never has.</summary>
    private static Vector512<uint> SharesImage(Vector512<uint> bits, Vector512<uint> result, ReadOnlySpan<double> deltas, int stride, int column, double factor)
    {
        var sign = Vector512.Create(TIn.Sign);
        var negative = Vector512.Equals(bits & sign, sign);
        var more = bits + Vector512<uint>.One;
        var less = bits - Vector512<uint>.One;
        var up = Vector512.ConditionalSelect(negative, Vector512.ConditionalSelect(Vector512.Equals(bits, sign), Vector512<uint>.Zero, less), more);
        var down = Vector512.ConditionalSelect(negative, more, Vector512.ConditionalSelect(Vector512.Equals(bits, Vector512<uint>.Zero), sign, less));
        return Vector512.Equals(Image(up, deltas, stride, column, factor), result)
            | Vector512.Equals(Image(down, deltas, stride, column, factor), result);
    }

    private static uint Up(uint bits) => (bits & TIn.Sign) == 0 ? bits + 1 : bits == TIn.Sign ? 0 : bits - 1;

    private static uint Down(uint bits) => (bits & TIn.Sign) != 0 ? bits + 1 : bits == 0 ? TIn.Sign : bits - 1;

    private static Vector512<uint> Image(Vector512<uint> bits, ReadOnlySpan<double> deltas, int stride, int column, double factor)
    {
        var (w0, w1) = Vector512.Widen(TIn.ToSingle(bits));
        var (v0, v1) = Add(w0, w1, deltas, stride, column, factor);
        return TOut.Round(v0, v1);
    }

    /// <summary>W' / f − δ…: near W, and nearly always W itself.</summary>
    private static Vector512<uint> Guess(Vector512<uint> result, ReadOnlySpan<double> deltas, int stride, int column, double factor)
    {
        var (v0, v1) = Vector512.Widen(TOut.ToSingle(result));
        (v0, v1) = (v0 / factor, v1 / factor);
        ref var delta = ref MemoryMarshal.GetReference(deltas);
        for (var at = column; at < deltas.Length; at += stride)
        {
            v0 -= Vector512.LoadUnsafe(ref delta, (nuint)at);
            v1 -= Vector512.LoadUnsafe(ref delta, (nuint)at + Lanes / 2);
        }
        return TIn.Round(v0, v1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> W0, Vector512<double> W1, Vector512<double> V0, Vector512<double> V1) Values(
        ReadOnlySpan<byte> weights, ReadOnlySpan<double> deltas, int stride, int column, double factor)
    {
        var (w0, w1) = Vector512.Widen(TIn.ToSingle(Load<TIn>(weights, column)));
        var (v0, v1) = Add(w0, w1, deltas, stride, column, factor);
        return (w0, w1, v0, v1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> Lower, Vector512<double> Upper) Add(
        Vector512<double> lower, Vector512<double> upper, ReadOnlySpan<double> deltas, int stride, int column, double factor)
    {
        ref var delta = ref MemoryMarshal.GetReference(deltas);
        for (var at = column; at < deltas.Length; at += stride)
        {
            lower += Vector512.LoadUnsafe(ref delta, (nuint)at);
            upper += Vector512.LoadUnsafe(ref delta, (nuint)at + Lanes / 2);
        }
        return (lower * factor, upper * factor);
    }

    private static int CountUnchanged(Vector512<double> before, Vector512<double> after, Vector512<double> update) =>
        BitOperations.PopCount((Vector512.Equals(before, after) & ~Vector512.Equals(update, Vector512<double>.Zero)).ExtractMostSignificantBits());

    private static Vector512<uint> Load<T>(ReadOnlySpan<byte> row, int column)
        where T : struct, IWeightFormat => T.Load(in row[column * T.Bytes]);

    private static uint LoadOne<T>(ReadOnlySpan<byte> row, int column)
        where T : struct, IWeightFormat => T.LoadOne(in row[column * T.Bytes]);
}
