using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// W' = round(f ⊙ (W + δ₁ + δ₂ + …)) of one row and nothing else, to hold a merge against: the bytes of <see cref="RowMerger{TIn, TOut}"/> without the
/// side-car and the fidelity.
/// </summary>
/// <typeparam name="TIn">The base's type.</typeparam>
/// <typeparam name="TOut">The merged type.</typeparam>
internal static class RowRecomputer<TIn, TOut>
    where TIn : struct, IWeightFormat
    where TOut : struct, IWeightFormat
{
    private const int Lanes = LaneSum.Lanes;

    /// <summary>Computes a row.</summary>
    /// <param name="weights">W of the row.</param>
    /// <param name="merged">W' of the row.</param>
    /// <param name="terms">The updates and factors of the row.</param>
    /// <returns>Whether every W' is finite.</returns>
    public static bool Recompute(ReadOnlySpan<byte> weights, Span<byte> merged, in RowTerms terms)
    {
        var columns = weights.Length / TIn.Bytes;
        var infinity = Vector512.Create(TOut.Infinity);
        var finite = true;
        var column = 0;
        for (; column <= columns - Lanes; column += Lanes)
        {
            var (w0, w1) = Vector512.Widen(TIn.ToSingle(RowBytes.Load<TIn>(weights, column)));
            var (v0, v1) = terms.Values(w0, w1, column);
            Vector512<uint> result;
            if (NormalCells<TOut>.Hold(v0, v1))
            {
                result = TOut.OfNormal(Vector512.Narrow(NormalCells<TOut>.Round(v0), NormalCells<TOut>.Round(v1)));
            }
            else
            {
                result = TOut.Round(v0, v1);
                finite &= !Vector512.EqualsAny(result & infinity, infinity);
            }
            TOut.Store(result, ref merged[column * TOut.Bytes]);
        }
        for (; column < columns; column++)
        {
            var result = new ElementMap<TIn, TOut>(terms, column).Apply(RowBytes.LoadOne<TIn>(weights, column));
            finite &= (result & TOut.Infinity) != TOut.Infinity;
            TOut.StoreOne(result, ref merged[column * TOut.Bytes]);
        }
        return finite;
    }
}
