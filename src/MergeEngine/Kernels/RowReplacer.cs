using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Replaces one row of a tensor: W' = round(new). The update is new − W, so that the fidelity of a replaced tensor means what it means elsewhere.</summary>
/// <typeparam name="TIn">The base's type.</typeparam>
/// <typeparam name="TOut">The merged type.</typeparam>
internal static class RowReplacer<TIn, TOut>
    where TIn : struct, IWeightFormat
    where TOut : struct, IWeightFormat
{
    private const int Lanes = LaneSum.Lanes;

    /// <summary>Replaces a row.</summary>
    /// <param name="weights">W of the row.</param>
    /// <param name="values">The new values, exact.</param>
    /// <param name="merged">W' of the row.</param>
    /// <param name="sums">Takes the row's fidelity.</param>
    /// <returns>Whether every W' is finite.</returns>
    public static bool Replace(ReadOnlySpan<byte> weights, ReadOnlySpan<double> values, Span<byte> merged, ref FidelitySums sums)
    {
        Span<double> update = stackalloc double[Lanes], baseNorm = stackalloc double[Lanes], lost = stackalloc double[Lanes];
        var counts = default(RowCounts);
        var finite = true;
        var column = 0;
        Vector512<double> update0 = default, update1 = default, base0 = default, base1 = default, lost0 = default, lost1 = default;
        for (; column <= values.Length - Lanes; column += Lanes)
        {
            var w = Vector512.Widen(TIn.ToSingle(RowBytes.Load<TIn>(weights, column)));
            (Vector512<double> Lower, Vector512<double> Upper) v = (Vector512.LoadUnsafe(in values[column]), Vector512.LoadUnsafe(in values[column + Lanes / 2]));
            var result = TOut.Round(v.Lower, v.Upper);
            TOut.Store(result, ref merged[column * TOut.Bytes]);
            var infinity = Vector512.Create(TOut.Infinity);
            finite &= Vector512.Equals(result & infinity, infinity) == Vector512<uint>.Zero;
            var r = Vector512.Widen(TOut.ToSingle(result));
            counts.Add<TOut>(TOut.Round(w.Lower, w.Upper), result, w, r, v);
            var (u0, u1, l0, l1) = (v.Lower - w.Lower, v.Upper - w.Upper, r.Lower - v.Lower, r.Upper - v.Upper);
            update0 += u0 * u0;
            update1 += u1 * u1;
            base0 += w.Lower * w.Lower;
            base1 += w.Upper * w.Upper;
            lost0 += l0 * l0;
            lost1 += l1 * l1;
        }
        LaneSum.Spill(update0, update1, update);
        LaneSum.Spill(base0, base1, baseNorm);
        LaneSum.Spill(lost0, lost1, lost);
        for (; column < values.Length; column++)
        {
            var (w, v) = (TIn.ToDouble(RowBytes.LoadOne<TIn>(weights, column)), values[column]);
            var result = TOut.RoundOne(v);
            TOut.StoreOne(result, ref merged[column * TOut.Bytes]);
            finite &= (result & TOut.Infinity) != TOut.Infinity;
            var r = TOut.ToDouble(result);
            counts.Add<TOut>(TOut.RoundOne(w), result, w, r, v);
            update[column % Lanes] += (v - w) * (v - w);
            baseNorm[column % Lanes] += w * w;
            lost[column % Lanes] += (r - v) * (r - v);
        }
        sums.Add(values.Length, counts, LaneSum.Tree(update), LaneSum.Tree(baseNorm), LaneSum.Tree(lost));
        return finite;
    }
}
