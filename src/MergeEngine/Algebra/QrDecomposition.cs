namespace Loragate.MergeEngine.Algebra;

/// <summary>
/// A = Q·R by Householder reflections (Golub and Van Loan, Matrix Computations, 4th ed., algorithm 5.2.1): Q (m × p) with orthonormal
/// columns and R (p × n) upper trapezoidal, p = min(m, n). Rank-deficient matrices, zero ones too, give an orthonormal Q as well.
/// </summary>
/// <param name="Q">Q.</param>
/// <param name="R">R.</param>
internal sealed record QrDecomposition(Matrix Q, Matrix R)
{
    /// <summary>Decomposes a finite matrix.</summary>
    public static QrDecomposition Of(Matrix matrix)
    {
        var (columns, factors) = Reduce(matrix, CancellationToken.None);
        return new QrDecomposition(FormQ(columns, factors, matrix.Rows), FormR(columns, factors.Length));
    }

    /// <summary>R alone, of a finite matrix: a third of the work.</summary>
    public static Matrix TriangleOf(Matrix matrix, CancellationToken cancellationToken)
    {
        var (columns, factors) = Reduce(matrix, cancellationToken);
        return FormR(columns, factors.Length);
    }

    /// <summary>The matrix's columns as rows, R above and the reflectors below its diagonal, and the reflectors' factors.</summary>
    private static (Matrix Columns, double[] Factors) Reduce(Matrix matrix, CancellationToken cancellationToken)
    {
        // Columns lie together: the transposed copy is worked on.
        var columns = matrix.Transpose();
        var factors = new double[Math.Min(matrix.Rows, matrix.Columns)];
        for (var k = 0; k < factors.Length; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            factors[k] = Reflector(columns.Row(k)[k..]);
            for (var j = k + 1; j < columns.Rows; j++)
                Reflect(columns.Row(k)[k..], factors[k], columns.Row(j)[k..]);
        }
        return (columns, factors);
    }

    /// <summary>Turns x into the reflector v with v₀ kept in place of x₀; afterwards x₀ holds R's diagonal and v₀ is 1.</summary>
    private static double Reflector(Span<double> x)
    {
        var largest = 0.0;
        foreach (var value in x)
            largest = Math.Max(largest, Math.Abs(value));
        if (largest == 0)
            return 0;
        var scale = PowerOfTwo.BringingToOne(largest);
        for (var i = 0; i < x.Length; i++)
            x[i] *= scale;
        var norm = Math.Sqrt(FixedSum.OfSquares(x));
        var diagonal = x[0] > 0 ? -norm : norm;
        var head = x[0] - diagonal;
        var factor = -head / diagonal;
        for (var i = 1; i < x.Length; i++)
            x[i] /= head;
        x[0] = diagonal / scale;
        return factor;
    }

    /// <summary>y −= factor · v · (vᵀy), v₀ = 1.</summary>
    private static void Reflect(ReadOnlySpan<double> v, double factor, Span<double> y)
    {
        if (factor == 0)
            return;
        var projection = factor * (y[0] + FixedSum.OfProducts(v[1..], y[1..]));
        y[0] -= projection;
        FixedSum.AddScaled(-projection, v[1..], y[1..]);
    }

    private static Matrix FormQ(Matrix reflectors, double[] factors, int height)
    {
        var columns = new Matrix(factors.Length, height);
        for (var j = 0; j < factors.Length; j++)
        {
            columns[j, j] = 1;
            for (var k = j; k >= 0; k--)
                Reflect(reflectors.Row(k)[k..], factors[k], columns.Row(j)[k..]);
        }
        return columns.Transpose();
    }

    private static Matrix FormR(Matrix columns, int steps)
    {
        var r = new Matrix(steps, columns.Rows);
        for (var j = 0; j < columns.Rows; j++)
        {
            for (var i = 0; i <= Math.Min(j, steps - 1); i++)
                r[i, j] = columns[j, i];
        }
        return r;
    }
}
