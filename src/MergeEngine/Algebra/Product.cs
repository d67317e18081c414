using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Loragate.MergeEngine.Algebra;

/// <summary>
/// Matrix products whose every element is one sum over ascending k, products rounded before they are added: the same bits with any
/// vector width, block size or thread count.
/// </summary>
internal static class Product
{
    private const int RowsAtOnce = 4;
    private const int Lanes = 8;
    private const int ColumnsAtOnce = 2 * Lanes;

    /// <summary>Rows that are walked down together: more would evict each other where a row's length is a power of two.</summary>
    private const int CachedRows = 8;

    /// <summary>C = A·B.</summary>
    /// <param name="a">A, row-major, rows × B's rows.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="b">B.</param>
    /// <param name="c">Filled: rows × B's columns.</param>
    public static void Multiply(ReadOnlySpan<double> a, int rows, Matrix b, Span<double> c)
    {
        c[..(rows * b.Columns)].Clear();
        Accumulate(a, b.Rows, 1, rows, b.Rows, b.Values, b.Columns, c);
    }

    /// <summary>C += AᵀB over the rows that A and B share.</summary>
    /// <param name="a">A, row-major, rows × C's rows.</param>
    /// <param name="b">B, row-major, rows × C's columns.</param>
    /// <param name="rows">Rows of A and B.</param>
    /// <param name="c">C.</param>
    public static void AddTransposed(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int rows, Matrix c)
    {
        for (var first = 0; first < rows; first += CachedRows)
            Accumulate(a[(first * c.Rows)..], 1, c.Rows, c.Rows, Math.Min(CachedRows, rows - first), b[(first * c.Columns)..], c.Columns, c.Values);
    }

    /// <summary>c[i,j] += Σₖ a[i·rowStep + k·innerStep] · b[k,j].</summary>
    private static void Accumulate(ReadOnlySpan<double> a, int rowStep, int innerStep, int rows, int inner, ReadOnlySpan<double> b, int columns, Span<double> c)
    {
        if (a.Length < (long)rows * inner || b.Length < (long)inner * columns || c.Length < (long)rows * columns)
            throw new ArgumentException("A matrix is smaller than its shape says.", nameof(a));
        var row = 0;
        for (; row <= rows - RowsAtOnce; row += RowsAtOnce)
        {
            var column = 0;
            for (; column <= columns - ColumnsAtOnce; column += ColumnsAtOnce)
                Tile(ref Unsafe.Add(ref MemoryMarshal.GetReference(a), row * rowStep), rowStep, innerStep, inner, ref Unsafe.Add(ref MemoryMarshal.GetReference(b), column), columns, ref Unsafe.Add(ref MemoryMarshal.GetReference(c), row * columns + column));
            for (var each = row; each < row + RowsAtOnce; each++)
                Few(a[(each * rowStep)..], innerStep, inner, b, columns, column, c.Slice(each * columns, columns));
        }
        for (; row < rows; row++)
            Few(a[(row * rowStep)..], innerStep, inner, b, columns, 0, c.Slice(row * columns, columns));
    }

    private static void Tile(ref double a, int rowStep, int innerStep, int inner, ref double b, int columns, ref double c)
    {
        var c00 = Vector512.LoadUnsafe(ref c);
        var c01 = Vector512.LoadUnsafe(ref c, Lanes);
        var c10 = Vector512.LoadUnsafe(ref c, (nuint)columns);
        var c11 = Vector512.LoadUnsafe(ref c, (nuint)columns + Lanes);
        var c20 = Vector512.LoadUnsafe(ref c, (nuint)columns * 2);
        var c21 = Vector512.LoadUnsafe(ref c, (nuint)columns * 2 + Lanes);
        var c30 = Vector512.LoadUnsafe(ref c, (nuint)columns * 3);
        var c31 = Vector512.LoadUnsafe(ref c, (nuint)columns * 3 + Lanes);
        for (var k = 0; k < inner; k++)
        {
            var b0 = Vector512.LoadUnsafe(ref b, (nuint)k * (nuint)columns);
            var b1 = Vector512.LoadUnsafe(ref b, (nuint)k * (nuint)columns + Lanes);
            ref var at = ref Unsafe.Add(ref a, (nint)k * innerStep);
            var a0 = Vector512.Create(at);
            var a1 = Vector512.Create(Unsafe.Add(ref at, rowStep));
            var a2 = Vector512.Create(Unsafe.Add(ref at, rowStep * 2));
            var a3 = Vector512.Create(Unsafe.Add(ref at, rowStep * 3));
            c00 += a0 * b0;
            c01 += a0 * b1;
            c10 += a1 * b0;
            c11 += a1 * b1;
            c20 += a2 * b0;
            c21 += a2 * b1;
            c30 += a3 * b0;
            c31 += a3 * b1;
        }
        c00.StoreUnsafe(ref c);
        c01.StoreUnsafe(ref c, Lanes);
        c10.StoreUnsafe(ref c, (nuint)columns);
        c11.StoreUnsafe(ref c, (nuint)columns + Lanes);
        c20.StoreUnsafe(ref c, (nuint)columns * 2);
        c21.StoreUnsafe(ref c, (nuint)columns * 2 + Lanes);
        c30.StoreUnsafe(ref c, (nuint)columns * 3);
        c31.StoreUnsafe(ref c, (nuint)columns * 3 + Lanes);
    }

    /// <summary>The columns that fill no tile, in the same order of k.</summary>
    private static void Few(ReadOnlySpan<double> a, int innerStep, int inner, ReadOnlySpan<double> b, int columns, int firstColumn, Span<double> c)
    {
        for (var k = 0; k < inner && firstColumn < columns; k++)
            FixedSum.AddScaled(a[k * innerStep], b.Slice(k * columns + firstColumn, columns - firstColumn), c[firstColumn..]);
    }
}
