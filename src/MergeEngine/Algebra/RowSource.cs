namespace Loragate.MergeEngine.Algebra;

/// <summary>A matrix that is too large to hold: its rows are computed or read in blocks, as often as they are asked for.</summary>
/// <param name="rows">Its rows.</param>
/// <param name="columns">Its columns.</param>
/// <param name="products">Computes its products.</param>
internal abstract class RowSource(int rows, int columns, OrderedProducts products)
{
    private const int BlockElements = 1 << 18;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    /// <summary>Computes its products.</summary>
    protected OrderedProducts Products { get; } = products;

    /// <summary>Fills rows from <paramref name="first"/> on; the same values on every call.</summary>
    protected abstract void Fill(int first, int count, Span<double> rows);

    /// <summary>Walks all rows in ascending blocks; the span holds count × <see cref="Columns"/> values until the call returns.</summary>
    public void Walk(Action<int, int, double[]> block, CancellationToken cancellationToken)
    {
        var size = Math.Clamp(BlockElements / Math.Max(1, Columns), 1, Math.Max(1, Rows));
        var values = new double[checked(size * Columns)];
        for (var first = 0; first < Rows; first += size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(size, Rows - first);
            Fill(first, count, values.AsSpan(0, count * Columns));
            block(first, count, values);
        }
    }

    /// <summary>X·Ω, (rows × l).</summary>
    public Matrix Times(Matrix right, CancellationToken cancellationToken)
    {
        var result = new Matrix(Rows, right.Columns);
        Walk((first, count, values) => Products.Multiply(values, count, right, result.Values.AsSpan(first * right.Columns)), cancellationToken);
        return result;
    }

    /// <summary>XᵀQ, (columns × l).</summary>
    public Matrix TransposedTimes(Matrix left, CancellationToken cancellationToken)
    {
        var result = new Matrix(Columns, left.Columns);
        Walk((first, count, values) => Products.AddTransposed(values, left.Values.AsSpan(first * left.Columns), count, result), cancellationToken);
        return result;
    }

    /// <summary>‖X‖²_F, row after row.</summary>
    public double SquaredNorm(CancellationToken cancellationToken)
    {
        var sum = 0.0;
        Walk((_, count, values) =>
        {
            for (var row = 0; row < count; row++)
                sum += FixedSum.OfSquares(values.AsSpan(row * Columns, Columns));
        }, cancellationToken);
        return sum;
    }

    /// <summary>‖X − L·R‖_F, measured on every element.</summary>
    public double DistanceFrom(Matrix left, Matrix right, CancellationToken cancellationToken)
    {
        var sum = 0.0;
        var product = Array.Empty<double>();
        Walk((first, count, values) =>
        {
            Array.Resize(ref product, Math.Max(product.Length, count * Columns));
            Products.Multiply(left.Values.AsSpan(first * left.Columns), count, right, product);
            for (var row = 0; row < count; row++)
            {
                var difference = values.AsSpan(row * Columns, Columns);
                FixedSum.AddScaled(-1, product.AsSpan(row * Columns, Columns), difference);
                sum += FixedSum.OfSquares(difference);
            }
        }, cancellationToken);
        return Math.Sqrt(sum);
    }
}
