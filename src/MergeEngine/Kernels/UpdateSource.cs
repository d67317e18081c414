namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// Computes an update δ of a tensor, row by row, in double, in the orientation of the stored tensor. What it computes does not depend on how
/// many rows are asked for at once. Thread-safe.
/// </summary>
internal abstract class UpdateSource
{
    /// <summary>Fills <paramref name="delta"/> (rows × columns, row-major) with the update of <paramref name="rows"/> rows from <paramref name="firstRow"/> on.</summary>
    public abstract void Fill(int firstRow, int rows, Span<double> delta);

    /// <summary>The same with the magnitude of every factor: a bound on every sum and partial sum of this one, which bounds what any rounding can do.</summary>
    public abstract UpdateSource Magnitudes();
}
