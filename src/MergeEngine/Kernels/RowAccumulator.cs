using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// Δ[o,i] = s · Σₖ R[o,k]·C[k,i], k ascending, in double. Where each product is exact (two factors of at most 24 significant bits) it makes
/// no difference whether it is fused with the addition; otherwise it is rounded first. The scale is one rounded multiplication at the end.
/// </summary>
internal static class RowAccumulator
{
    /// <summary>Rows that are computed together, so that a column factor is read once for all of them.</summary>
    public const int RowsAtOnce = 4;

    private const int Lanes = 8;
    private const int ColumnsAtOnce = 2 * Lanes;

    /// <summary>Fills <paramref name="delta"/> (rows × columns) with the update of <paramref name="rows"/> rows from <paramref name="firstRow"/> on.</summary>
    public static void Fill(LowRankFactors factors, int firstRow, int rows, Span<double> delta)
    {
        for (var row = 0; row < rows; row += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, rows - row);
            var target = delta.Slice(row * factors.Columns, count * factors.Columns);
            if (count == RowsAtOnce && factors.Exact)
                FillFour<ExactProductSum>(factors, firstRow + row, target);
            else if (count == RowsAtOnce)
                FillFour<RoundedProductSum>(factors, firstRow + row, target);
            else
                FillFew(factors, firstRow + row, count, target);
        }
    }

    private static void FillFour<TSum>(LowRankFactors factors, int firstRow, Span<double> delta)
        where TSum : struct, IProductSum
    {
        var (rank, columns) = (factors.Rank, factors.Columns);
        ref var r = ref MemoryMarshal.GetArrayDataReference(factors.RowFactor);
        ref var c = ref MemoryMarshal.GetArrayDataReference(factors.ColumnFactor);
        ref var d = ref MemoryMarshal.GetReference(delta);
        var scale = Vector512.Create(factors.Scale);
        var first = (nuint)firstRow * (nuint)rank;
        var column = 0;
        for (; column <= columns - ColumnsAtOnce; column += ColumnsAtOnce)
        {
            Vector512<double> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            for (var k = 0; k < rank; k++)
            {
                var at = (nuint)k * (nuint)columns + (nuint)column;
                var x0 = Vector512.LoadUnsafe(ref c, at);
                var x1 = Vector512.LoadUnsafe(ref c, at + Lanes);
                var ra = Vector512.Create(Unsafe.Add(ref r, first + (nuint)k));
                var rb = Vector512.Create(Unsafe.Add(ref r, first + (nuint)(rank + k)));
                var rc = Vector512.Create(Unsafe.Add(ref r, first + (nuint)(2 * rank + k)));
                var rd = Vector512.Create(Unsafe.Add(ref r, first + (nuint)(3 * rank + k)));
                a0 = TSum.Add(ra, x0, a0);
                a1 = TSum.Add(ra, x1, a1);
                b0 = TSum.Add(rb, x0, b0);
                b1 = TSum.Add(rb, x1, b1);
                c0 = TSum.Add(rc, x0, c0);
                c1 = TSum.Add(rc, x1, c1);
                d0 = TSum.Add(rd, x0, d0);
                d1 = TSum.Add(rd, x1, d1);
            }
            Store(ref d, column, a0, a1, scale);
            Store(ref d, columns + column, b0, b1, scale);
            Store(ref d, 2 * columns + column, c0, c1, scale);
            Store(ref d, 3 * columns + column, d0, d1, scale);
        }
        for (var row = 0; row < RowsAtOnce; row++)
            FillOne(factors, firstRow + row, column, delta.Slice(row * columns, columns));
    }

    private static void FillFew(LowRankFactors factors, int firstRow, int rows, Span<double> delta)
    {
        for (var row = 0; row < rows; row++)
            FillOne(factors, firstRow + row, 0, delta.Slice(row * factors.Columns, factors.Columns));
    }

    /// <summary>The scalar path: the same products in the same order.</summary>
    internal static void FillOne(LowRankFactors factors, int row, int firstColumn, Span<double> delta)
    {
        var rowFactor = factors.RowFactor.AsSpan(row * factors.Rank, factors.Rank);
        for (var column = firstColumn; column < factors.Columns; column++)
        {
            var sum = 0.0;
            for (var k = 0; k < rowFactor.Length; k++)
                sum += rowFactor[k] * factors.ColumnFactor[k * factors.Columns + column];
            delta[column] = factors.Scale * sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref double delta, int at, Vector512<double> lower, Vector512<double> upper, Vector512<double> scale)
    {
        (lower * scale).StoreUnsafe(ref delta, (nuint)at);
        (upper * scale).StoreUnsafe(ref delta, (nuint)at + Lanes);
    }
}
