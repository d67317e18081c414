using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// Merges one row of a tensor: W' = round(f ⊙ (W + δ₁ + δ₂ + …)), sixteen elements at a time; the elements behind the
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
    public static double Norm(ReadOnlySpan<byte> weights, in RowTerms terms)
    {
        var columns = weights.Length / TIn.Bytes;
        Span<double> lanes = stackalloc double[Lanes];
        Vector512<double> lower = default, upper = default;
        var column = 0;
        for (; column <= columns - Lanes; column += Lanes)
        {
            var (v0, v1) = Sums(weights, terms, column);
            lower += v0 * v0;
            upper += v1 * v1;
        }
        LaneSum.Spill(lower, upper, lanes);
        for (; column < columns; column++)
        {
            var value = terms.Sum(TIn.ToDouble(RowBytes.LoadOne<TIn>(weights, column)), column);
            lanes[column % Lanes] += value * value;
        }
        return Math.Sqrt(LaneSum.Tree(lanes));
    }

    /// <summary>Adds v² of v = W + δ₁ + … to the sums of the columns: rows come in ascending order, so each column has one order of addition.</summary>
    public static void AddSquares(ReadOnlySpan<byte> weights, in RowTerms terms, Span<double> sums)
    {
        var columns = weights.Length / TIn.Bytes;
        ref var sum = ref MemoryMarshal.GetReference(sums);
        var column = 0;
        for (; column <= columns - Lanes; column += Lanes)
        {
            var (v0, v1) = Sums(weights, terms, column);
            (Vector512.LoadUnsafe(ref sum, (nuint)column) + v0 * v0).StoreUnsafe(ref sum, (nuint)column);
            (Vector512.LoadUnsafe(ref sum, (nuint)column + Lanes / 2) + v1 * v1).StoreUnsafe(ref sum, (nuint)column + Lanes / 2);
        }
        for (; column < columns; column++)
        {
            var value = terms.Sum(TIn.ToDouble(RowBytes.LoadOne<TIn>(weights, column)), column);
            sums[column] += value * value;
        }
    }

    /// <summary>Merges a row.</summary>
    /// <param name="weights">W of the row.</param>
    /// <param name="merged">W' of the row.</param>
    /// <param name="terms">The updates and factors of the row.</param>
    /// <param name="undo">Takes the index of W in the interval of W', where the interval has more than one member.</param>
    /// <param name="sums">Takes the row's fidelity.</param>
    /// <returns>Whether every W' is finite.</returns>
    public static bool Merge(ReadOnlySpan<byte> weights, Span<byte> merged, in RowTerms terms, BitWriter? undo, ref FidelitySums sums)
    {
        var columns = weights.Length / TIn.Bytes;
        var rented = ArrayPool<ushort>.Shared.Rent(columns / Lanes + 1);
        var shared = undo is null ? [] : rented.AsSpan(0, columns / Lanes);
        var lanes = default(RowSums);
        var finite = true;
        var isUpdate = typeof(TIn) == typeof(TOut) && terms.IsOneUpdate;
        for (var column = 0; column <= columns - Lanes; column += Lanes)
        {
            column = isUpdate ? UpdateMerger<TIn>.Merge(weights, merged, terms.Update, column, shared, ref lanes) : MergeNormal(weights, merged, terms, column, shared, ref lanes);
            if (column <= columns - Lanes)
                finite &= MergeAny(weights, merged, terms, column, shared, ref lanes);
        }
        if (isUpdate && undo is not null)
            SharedIndices<TIn>.Write(weights, merged, terms, shared, undo);
        else
            WriteIndices(weights, merged, terms, shared, undo);
        ArrayPool<ushort>.Shared.Return(rented);
        return finite & MergeRest(weights, merged, terms, undo, lanes, ref sums);
    }

    /// <summary>Merges from a column on, sixteen weights at a time, up to the first sixteen with a zero, a subnormal number or an overflow; returns their column.</summary>
    private static int MergeNormal(ReadOnlySpan<byte> weights, Span<byte> merged, in RowTerms terms, int column, Span<ushort> shared, ref RowSums lanes)
    {
        var columns = weights.Length / TIn.Bytes;
        var (update0, update1, base0, base1, lost0, lost1) = (lanes.UpdateLower, lanes.UpdateUpper, lanes.BaseLower, lanes.BaseUpper, lanes.LostLower, lanes.LostUpper);
        var counts = lanes.Counts;
        for (; column <= columns - Lanes; column += Lanes)
        {
            var bits = RowBytes.Load<TIn>(weights, column);
            var w = Vector512.Widen(TIn.ToSingle(bits));
            var v = terms.Values(w.Lower, w.Upper, column);
            if (!NormalCells<TOut>.Hold(v.Lower, v.Upper) || Vector512.EqualsAny(bits & Vector512.Create(TIn.Sign - 1), Vector512<uint>.Zero))
                break;
            var (r0, r1) = (NormalCells<TOut>.Round(v.Lower), NormalCells<TOut>.Round(v.Upper));
            var result = TOut.OfNormal(Vector512.Narrow(r0, r1));
            TOut.Store(result, ref merged[column * TOut.Bytes]);
            if (!shared.IsEmpty)
                shared[column / Lanes] = Neighbours(bits, r0, r1, terms, column);
            counts.Add<TOut>(Rounded(bits, w), result, w, (r0, r1), v);
            var (u0, u1) = (v.Lower - w.Lower, v.Upper - w.Upper);
            var (l0, l1) = (r0 - v.Lower, r1 - v.Upper);
            update0 += u0 * u0;
            update1 += u1 * u1;
            base0 += w.Lower * w.Lower;
            base1 += w.Upper * w.Upper;
            lost0 += l0 * l0;
            lost1 += l1 * l1;
        }
        (lanes.UpdateLower, lanes.UpdateUpper, lanes.BaseLower, lanes.BaseUpper, lanes.LostLower, lanes.LostUpper) = (update0, update1, base0, base1, lost0, lost1);
        lanes.Counts = counts;
        return column;
    }

    /// <summary>Merges sixteen weights of any kind.</summary>
    private static bool MergeAny(ReadOnlySpan<byte> weights, Span<byte> merged, in RowTerms terms, int column, Span<ushort> shared, ref RowSums lanes)
    {
        var bits = RowBytes.Load<TIn>(weights, column);
        var w = Vector512.Widen(TIn.ToSingle(bits));
        var v = terms.Values(w.Lower, w.Upper, column);
        var result = TOut.Round(v.Lower, v.Upper);
        TOut.Store(result, ref merged[column * TOut.Bytes]);
        if (!shared.IsEmpty)
            shared[column / Lanes] = (ushort)SharesImage(bits, result, terms, column).ExtractMostSignificantBits();
        var r = Vector512.Widen(TOut.ToSingle(result));
        lanes.Counts.Add<TOut>(Rounded(bits, w), result, w, r, v);
        var (u0, u1) = (v.Lower - w.Lower, v.Upper - w.Upper);
        var (l0, l1) = (r.Lower - v.Lower, r.Upper - v.Upper);
        lanes.UpdateLower += u0 * u0;
        lanes.UpdateUpper += u1 * u1;
        lanes.BaseLower += w.Lower * w.Lower;
        lanes.BaseUpper += w.Upper * w.Upper;
        lanes.LostLower += l0 * l0;
        lanes.LostUpper += l1 * l1;
        var infinity = Vector512.Create(TOut.Infinity);
        return !Vector512.EqualsAny(result & infinity, infinity);
    }

    /// <summary>Merges the weights behind the last sixteen and adds up the row.</summary>
    private static bool MergeRest(ReadOnlySpan<byte> weights, Span<byte> merged, in RowTerms terms, BitWriter? undo, in RowSums lanes, ref FidelitySums sums)
    {
        Span<double> update = stackalloc double[Lanes], baseNorm = stackalloc double[Lanes], lost = stackalloc double[Lanes];
        LaneSum.Spill(lanes.UpdateLower, lanes.UpdateUpper, update);
        LaneSum.Spill(lanes.BaseLower, lanes.BaseUpper, baseNorm);
        LaneSum.Spill(lanes.LostLower, lanes.LostUpper, lost);
        var counts = lanes.Counts;
        var columns = weights.Length / TIn.Bytes;
        var finite = true;
        for (var column = columns / Lanes * Lanes; column < columns; column++)
        {
            var bits = RowBytes.LoadOne<TIn>(weights, column);
            var map = new ElementMap<TIn, TOut>(terms, column);
            var (w, v) = (TIn.ToDouble(bits), map.Value(bits));
            var result = TOut.RoundOne(v);
            TOut.StoreOne(result, ref merged[column * TOut.Bytes]);
            finite &= (result & TOut.Infinity) != TOut.Infinity;
            if (undo is not null && IsShared(map, bits, result))
                WriteIndex(map, bits, result, undo);
            var r = TOut.ToDouble(result);
            counts.Add<TOut>(TOut.RoundOne(w), result, w, r, v);
            update[column % Lanes] += (v - w) * (v - w);
            baseNorm[column % Lanes] += w * w;
            lost[column % Lanes] += (r - v) * (r - v);
        }
        sums.Add(columns, counts, LaneSum.Tree(update), LaneSum.Tree(baseNorm), LaneSum.Tree(lost));
        return finite;
    }

    /// <summary>Lanes whose neighbours, one up or one down, have the same image. An infinite neighbour never has.</summary>
    internal static Vector512<uint> SharesImage(Vector512<uint> bits, Vector512<uint> result, in RowTerms terms, int column)
    {
        var sign = Vector512.Create(TIn.Sign);
        var negative = Vector512.Equals(bits & sign, sign);
        var more = bits + Vector512<uint>.One;
        var less = bits - Vector512<uint>.One;
        var up = Vector512.ConditionalSelect(negative, Vector512.ConditionalSelect(Vector512.Equals(bits, sign), Vector512<uint>.Zero, less), more);
        var down = Vector512.ConditionalSelect(negative, more, Vector512.ConditionalSelect(Vector512.Equals(bits, Vector512<uint>.Zero), sign, less));
        return Vector512.Equals(Image(up, terms, column), result)
            | Vector512.Equals(Image(down, terms, column), result);
    }

    /// <summary>W' of sixteen weights.</summary>
    internal static Vector512<uint> Image(Vector512<uint> bits, in RowTerms terms, int column)
    {
        var (w0, w1) = Vector512.Widen(TIn.ToSingle(bits));
        var (v0, v1) = terms.Values(w0, w1, column);
        return TOut.Round(v0, v1);
    }

    /// <summary>⌈log₂ size⌉ of an interval of keys.</summary>
    internal static int IndexWidth(uint first, uint last) => 64 - BitOperations.LeadingZeroCount((ulong)last - first);

    /// <summary>The lanes of <see cref="SharesImage"/>, where no weight is zero and every W' is normal: the neighbours are the bits plus and minus one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Neighbours(Vector512<uint> bits, Vector512<double> r0, Vector512<double> r1, in RowTerms terms, int column)
    {
        var (a0, a1) = Vector512.Widen(TIn.ToSingle(bits + Vector512<uint>.One));
        var (b0, b1) = Vector512.Widen(TIn.ToSingle(bits - Vector512<uint>.One));
        (a0, a1) = terms.Values(a0, a1, column);
        (b0, b1) = terms.Values(b0, b1, column);
        return (ushort)(NormalCells<TOut>.EitherRoundsTo(r0, a0, b0) | NormalCells<TOut>.EitherRoundsTo(r1, a1, b1) << 8);
    }

    private static void WriteIndices(ReadOnlySpan<byte> weights, ReadOnlySpan<byte> merged, in RowTerms terms, ReadOnlySpan<ushort> shared, BitWriter? undo)
    {
        for (var i = 0; i < shared.Length; i++)
        {
            for (uint lanes = shared[i]; lanes != 0; lanes &= lanes - 1)
                WriteIndex(weights, merged, terms, (i * Lanes) + BitOperations.TrailingZeroCount(lanes), undo!);
        }
    }

    /// <summary>Writes the index of the weight of a column in the interval of its W'; no bit where that has one member.</summary>
    public static void WriteIndex(ReadOnlySpan<byte> weights, ReadOnlySpan<byte> merged, in RowTerms terms, int column, BitWriter undo) =>
        WriteIndex(new ElementMap<TIn, TOut>(terms, column), RowBytes.LoadOne<TIn>(weights, column), RowBytes.LoadOne<TOut>(merged, column), undo);

    private static void WriteIndex(ElementMap<TIn, TOut> map, uint bits, uint result, BitWriter undo)
    {
        var (first, last) = map.Around(bits, result);
        undo.Write(OrderedKey<TIn>.Of(bits) - first, IndexWidth(first, last));
    }

    private static bool IsShared(ElementMap<TIn, TOut> map, uint bits, uint result) =>
        map.Apply(Up(bits)) == result || map.Apply(Down(bits)) == result;

    private static uint Up(uint bits) => (bits & TIn.Sign) == 0 ? bits + 1 : bits == TIn.Sign ? 0 : bits - 1;

    private static uint Down(uint bits) => (bits & TIn.Sign) != 0 ? bits + 1 : bits == 0 ? TIn.Sign : bits - 1;

    /// <summary>W in the merged type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Rounded(Vector512<uint> bits, (Vector512<double> Lower, Vector512<double> Upper) w) =>
        typeof(TIn) == typeof(TOut) ? bits : TOut.Round(w.Lower, w.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> Lower, Vector512<double> Upper) Sums(ReadOnlySpan<byte> weights, in RowTerms terms, int column)
    {
        var (w0, w1) = Vector512.Widen(TIn.ToSingle(RowBytes.Load<TIn>(weights, column)));
        return terms.Sum(w0, w1, column);
    }
}
