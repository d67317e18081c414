namespace Loragate.MergeEngine.Algebra;

/// <summary>A dense matrix of doubles, row-major.</summary>
/// <param name="rows">Its rows.</param>
/// <param name="columns">Its columns.</param>
/// <param name="values">rows · columns values; kept, not copied.</param>
internal sealed class Matrix(int rows, int columns, double[] values)
{
    /// <summary>A matrix of zeros.</summary>
    public Matrix(int rows, int columns)
        : this(rows, columns, new double[checked(rows * columns)])
    {
    }

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public double[] Values { get; } = values.Length == (long)rows * columns ? values : throw new ArgumentException($"{values.Length} values are no {rows} × {columns} matrix.", nameof(values));

    public double this[int row, int column]
    {
        get => Values[row * Columns + column];
        set => Values[row * Columns + column] = value;
    }

    public Span<double> Row(int row) => Values.AsSpan(row * Columns, Columns);

    /// <summary>The transposed matrix.</summary>
    public Matrix Transpose()
    {
        var result = new Matrix(Columns, Rows);
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
                result.Values[column * Rows + row] = Values[row * Columns + column];
        }
        return result;
    }

    /// <summary>The first columns, each times a factor of its own.</summary>
    public Matrix ScaledColumns(ReadOnlySpan<double> factors)
    {
        var result = new Matrix(Rows, factors.Length);
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < factors.Length; column++)
                result[row, column] = this[row, column] * factors[column];
        }
        return result;
    }

    /// <summary>This · other; each sum runs over ascending k.</summary>
    public Matrix Times(Matrix other)
    {
        var result = new Matrix(Rows, other.Columns);
        Product.Multiply(Values, Rows, other, result.Values);
        return result;
    }

    /// <summary>Matrices of the same height side by side.</summary>
    public static Matrix SideBySide(IReadOnlyList<Matrix> parts)
    {
        var result = new Matrix(parts[0].Rows, parts.Sum(p => p.Columns));
        var first = 0;
        foreach (var part in parts)
        {
            for (var row = 0; row < part.Rows; row++)
                part.Row(row).CopyTo(result.Row(row)[first..]);
            first += part.Columns;
        }
        return result;
    }

    /// <summary>Matrices of the same width one below the other.</summary>
    public static Matrix Stacked(IReadOnlyList<Matrix> parts) =>
        new(parts.Sum(p => p.Rows), parts[0].Columns, [.. parts.SelectMany(p => p.Values)]);

    /// <summary>‖·‖_F.</summary>
    public double Norm()
    {
        var sum = 0.0;
        for (var row = 0; row < Rows; row++)
            sum += FixedSum.OfSquares(Row(row));
        return Math.Sqrt(sum);
    }
}
