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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillFour<TSum>(LowRankFactors factors, int firstRow, Span<double> delta)
        where TSum : struct, IProductSum
    {
        const int Width = LowRankFactors.PanelColumns;
        var (rank, columns) = (factors.Rank, factors.Columns);
        ref var r = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(factors.RowFactor), (nint)firstRow * rank);
        ref var c = ref MemoryMarshal.GetArrayDataReference(factors.Panels);
        ref var d = ref MemoryMarshal.GetReference(delta);
        var scale = Vector512.Create(factors.Scale);
        var column = 0;
        for (; column <= columns - Width; column += Width)
        {
            Vector512<double> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            Vector512<double> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
            for (var k = 0; k < rank; k++)
            {
                var x0 = Vector512.LoadUnsafe(ref c);
                var x1 = Vector512.LoadUnsafe(ref c, Lanes);
                var x2 = Vector512.LoadUnsafe(ref c, 2 * Lanes);
                var x3 = Vector512.LoadUnsafe(ref c, 3 * Lanes);
                c = ref Unsafe.Add(ref c, Width);
                var factor = Vector512.Create(Unsafe.Add(ref r, k));
                (a0, a1, a2, a3) = (TSum.Add(factor, x0, a0), TSum.Add(factor, x1, a1), TSum.Add(factor, x2, a2), TSum.Add(factor, x3, a3));
                factor = Vector512.Create(Unsafe.Add(ref r, rank + k));
                (b0, b1, b2, b3) = (TSum.Add(factor, x0, b0), TSum.Add(factor, x1, b1), TSum.Add(factor, x2, b2), TSum.Add(factor, x3, b3));
                factor = Vector512.Create(Unsafe.Add(ref r, 2 * rank + k));
                (c0, c1, c2, c3) = (TSum.Add(factor, x0, c0), TSum.Add(factor, x1, c1), TSum.Add(factor, x2, c2), TSum.Add(factor, x3, c3));
                factor = Vector512.Create(Unsafe.Add(ref r, 3 * rank + k));
                (d0, d1, d2, d3) = (TSum.Add(factor, x0, d0), TSum.Add(factor, x1, d1), TSum.Add(factor, x2, d2), TSum.Add(factor, x3, d3));
            }
            Store(ref d, column, scale, a0, a1, a2, a3);
            Store(ref d, columns + column, scale, b0, b1, b2, b3);
            Store(ref d, 2 * columns + column, scale, c0, c1, c2, c3);
            Store(ref d, 3 * columns + column, scale, d0, d1, d2, d3);
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
    private static void Store(ref double delta, int at, Vector512<double> scale, Vector512<double> x0, Vector512<double> x1, Vector512<double> x2, Vector512<double> x3)
    {
        (x0 * scale).StoreUnsafe(ref delta, (nuint)at);
        (x1 * scale).StoreUnsafe(ref delta, (nuint)at + Lanes);
        (x2 * scale).StoreUnsafe(ref delta, (nuint)at + 2 * Lanes);
        (x3 * scale).StoreUnsafe(ref delta, (nuint)at + 3 * Lanes);
    }
}
