namespace Loragate.MergeEngine.Kernels;

/// <summary>
/// An update in the orientation of the stored tensor: Δ = s · R·C with R (rows × r) and C (r × columns), row-major, in double.
/// A linear layer stores (out, in): R = B, C = A. A Conv1D stores (in, out): R = Aᵀ, C = Bᵀ.
/// </summary>
internal sealed class LowRankFactors(double[] rowFactor, double[] columnFactor, int rank, int columns, double scale, bool exact = true)
{
    /// <summary>R.</summary>
    public double[] RowFactor { get; } = rowFactor;

    /// <summary>C.</summary>
    public double[] ColumnFactor { get; } = columnFactor;

    /// <summary>r.</summary>
    public int Rank { get; } = rank;

    /// <summary>Columns of the stored tensor.</summary>
    public int Columns { get; } = columns;

    /// <summary>s.</summary>
    public double Scale { get; } = scale;

    /// <summary>Whether each product R[o,k]·C[k,i] is exact in double: both factors have at most 24 significant bits.</summary>
    public bool Exact { get; } = exact;

    /// <summary>Columns of a panel.</summary>
    public const int PanelColumns = 32;

    private double[]? _panels;

    /// <summary>
    /// C in panels of <see cref="PanelColumns"/> columns, one behind the other, each row-major: what a block of columns needs lies together.
    /// Columns behind the last whole panel are left out.
    /// </summary>
    public double[] Panels => _panels ??= Pack();

    /// <summary>Factors from a left matrix (rows × rank) and a right one (rank × columns), for a tensor that is stored (rows, columns).</summary>
    public static LowRankFactors Of(double[] left, double[] right, int rank, double scale, bool exact = true) =>
        new(left, right, rank, rank == 0 ? 0 : right.Length / rank, scale, exact);

    /// <summary>The update of the transposed tensor.</summary>
    public LowRankFactors Transpose()
    {
        var rows = Rank == 0 ? 0 : RowFactor.Length / Rank;
        return new(Transpose(ColumnFactor, Rank, Columns), Transpose(RowFactor, rows, Rank), Rank, rows, Scale, Exact);
    }

    /// <summary>The update of some rows alone.</summary>
    public LowRankFactors Rows(int first, int count) =>
        new(RowFactor[(first * Rank)..((first + count) * Rank)], ColumnFactor, Rank, Columns, Scale, Exact);

    /// <summary>The factors without their signs.</summary>
    public LowRankFactors Magnitudes() =>
        new([.. RowFactor.Select(Math.Abs)], [.. ColumnFactor.Select(Math.Abs)], Rank, Columns, Math.Abs(Scale), Exact);

    private double[] Pack()
    {
        var panels = new double[Columns / PanelColumns * PanelColumns * Rank];
        for (var at = 0; at < panels.Length; at += PanelColumns)
        {
            var (panel, k) = Math.DivRem(at / PanelColumns, Rank);
            ColumnFactor.AsSpan(k * Columns + panel * PanelColumns, PanelColumns).CopyTo(panels.AsSpan(at));
        }
        return panels;
    }

    private static double[] Transpose(double[] matrix, int rows, int columns)
    {
        var result = new double[matrix.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                result[column * rows + row] = matrix[row * columns + column];
        }
        return result;
    }
}
