namespace Loragate.MergeEngine.Algebra;

/// <summary>
/// Where the products of a walked matrix are computed. Every element is one sum over ascending k, products rounded before they are added, so the
/// bits do not depend on it.
/// </summary>
internal abstract class OrderedProducts
{
    /// <summary>The processor's (<see cref="Product"/>).</summary>
    public static OrderedProducts Kernels { get; } = new KernelProducts();

    /// <summary>C = A·B.</summary>
    /// <param name="a">A, row-major, rows × B's rows.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="b">B.</param>
    /// <param name="c">Filled: rows × B's columns.</param>
    public abstract void Multiply(ReadOnlySpan<double> a, int rows, Matrix b, Span<double> c);

    /// <summary>C += AᵀB over the rows that A and B share.</summary>
    /// <param name="a">A, row-major, rows × C's rows.</param>
    /// <param name="b">B, row-major, rows × C's columns.</param>
    /// <param name="rows">Rows of A and B.</param>
    /// <param name="c">C.</param>
    public abstract void AddTransposed(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int rows, Matrix c);
}
