using System.Numerics;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Restores one row of a tensor from W', the same updates and factors, and the stored indices (docs/formats/undo.v1.md).</summary>
/// <typeparam name="TIn">The base's type.</typeparam>
/// <typeparam name="TOut">The merged type.</typeparam>
internal static class RowUnmerger<TIn, TOut>
    where TIn : struct, IWeightFormat
    where TOut : struct, IWeightFormat
{
    private const int Lanes = LaneSum.Lanes;

    /// <summary>Restores W of a row.</summary>
    /// <returns>False where no W gives W', or the indices run out or beyond: the files do not belong together.</returns>
    public static bool Unmerge(ReadOnlySpan<byte> merged, Span<byte> weights, in RowTerms terms, BitReader undo)
    {
        var columns = merged.Length / TOut.Bytes;
        var column = 0;
        for (; column <= columns - Lanes; column += Lanes)
        {
            var result = RowBytes.Load<TOut>(merged, column);
            var guess = Guess(result, terms, column);
            TIn.Store(guess, ref weights[column * TIn.Bytes]);
            var doubtful = ~Vector512.Equals(RowMerger<TIn, TOut>.Image(guess, terms, column), result)
                | RowMerger<TIn, TOut>.SharesImage(guess, result, terms, column);
            for (var lanes = doubtful.ExtractMostSignificantBits(); lanes != 0; lanes &= lanes - 1)
            {
                if (!UnmergeOne(merged, weights, terms, column + BitOperations.TrailingZeroCount(lanes), undo))
                    return false;
            }
        }
        for (; column < columns; column++)
        {
            if (!UnmergeOne(merged, weights, terms, column, undo))
                return false;
        }
        return true;
    }

    /// <summary>Restores W of one column.</summary>
    /// <returns>See <see cref="Unmerge"/>.</returns>
    public static bool UnmergeOne(ReadOnlySpan<byte> merged, Span<byte> weights, in RowTerms terms, int column, BitReader undo)
    {
        var result = RowBytes.LoadOne<TOut>(merged, column);
        var map = new ElementMap<TIn, TOut>(terms, column);
        if (!map.TryFind(result, out var member))
            return false;
        var (first, last) = map.Around(member, result);
        var index = 0UL;
        if (last > first && (!undo.TryRead(RowMerger<TIn, TOut>.IndexWidth(first, last), out index) || index > last - first))
            return false;
        TIn.StoreOne(OrderedKey<TIn>.Bits(first + (uint)index), ref weights[column * TIn.Bytes]);
        return true;
    }

    /// <summary>W' / f − δ…: nearly always W itself.</summary>
    private static Vector512<uint> Guess(Vector512<uint> result, in RowTerms terms, int column)
    {
        var (v0, v1) = Vector512.Widen(TOut.ToSingle(result));
        (v0, v1) = terms.Inverse(v0, v1, column);
        return TIn.Round(v0, v1);
    }
}
