namespace Loragate.MergeEngine.Kernels;

/// <summary>δ = s · (w₁ ⊗ w₂): δ[i·p + k, j·q + l] = s · (w₁[i,j] · w₂[k,l]), the inner product rounded first.</summary>
/// <param name="first">w₁, row-major.</param>
/// <param name="firstColumns">Columns of w₁.</param>
/// <param name="second">w₂, p × q, row-major.</param>
/// <param name="secondRows">p.</param>
/// <param name="scale">s.</param>
internal sealed class KroneckerUpdate(double[] first, int firstColumns, double[] second, int secondRows, double scale) : UpdateSource
{
    private readonly int _secondColumns = second.Length / secondRows;

    /// <summary>w₁, row-major.</summary>
    public double[] First => first;

    /// <summary>Columns of w₁.</summary>
    public int FirstColumns => firstColumns;

    /// <summary>w₂, row-major.</summary>
    public double[] Second => second;

    /// <summary>Rows of w₂.</summary>
    public int SecondRows => secondRows;

    /// <summary>s.</summary>
    public double Scale => scale;

    /// <inheritdoc/>
    public override void Fill(int firstRow, int rows, Span<double> delta)
    {
        for (var row = 0; row < rows; row++)
        {
            var (i, k) = Math.DivRem(firstRow + row, secondRows);
            var block = second.AsSpan(k * _secondColumns, _secondColumns);
            for (var j = 0; j < firstColumns; j++)
                ScaledProduct.Multiply(delta.Slice((row * firstColumns + j) * _secondColumns, _secondColumns), first[i * firstColumns + j], block, scale);
        }
    }

    /// <inheritdoc/>
    public override UpdateSource Magnitudes() => new KroneckerUpdate([.. first.Select(Math.Abs)], firstColumns, [.. second.Select(Math.Abs)], secondRows, Math.Abs(scale));
}
