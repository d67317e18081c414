using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// What two factors say of B·A (out × in) without forming what is larger than they are: from the core R_B·R_Aᵀ of a QR of both, which has the singular
/// values of B·A to rounding even where the factors cancel; where r is larger than a side, from B·A itself.
/// </summary>
/// <param name="Norm">‖B·A‖_F.</param>
/// <param name="SpectralNorm">σ₁; null where the core is too large to be worth it.</param>
/// <param name="EffectiveRank">(Σσ²)²/Σσ⁴; null there, and where the product is zero.</param>
/// <param name="Cancellation">‖B‖·‖A‖/‖B·A‖; null where the product is zero.</param>
internal sealed record ProductStatistics(double Norm, double? SpectralNorm, double? EffectiveRank, double? Cancellation)
{
    /// <summary>The largest core whose spectrum is computed: the work grows with its third power, to some seconds here.</summary>
    private const int LargestCore = 1024;

    /// <summary>A norm below this share of the factors' is rounding of the core, and found row by row.</summary>
    private const double Noise = 1.0 / (1L << 40);

    private const int RowsAtOnce = 16;

    /// <summary>Of an update that is zero.</summary>
    public static ProductStatistics Zero { get; } = new(0, 0, null, null);

    /// <summary>Of finite factors.</summary>
    /// <param name="b">B, row-major (out, r).</param>
    /// <param name="a">A, row-major (r, in).</param>
    /// <param name="rank">r.</param>
    /// <param name="cancellationToken">Stops between columns and rows.</param>
    public static ProductStatistics Of(double[] b, double[] a, int rank, CancellationToken cancellationToken)
    {
        var (left, right) = (new Matrix(b.Length / rank, rank, b), new Matrix(rank, a.Length / rank, a));
        var core = rank <= Math.Min(left.Rows, right.Columns)
            ? QrDecomposition.TriangleOf(left, cancellationToken).Times(QrDecomposition.TriangleOf(right.Transpose(), cancellationToken).Transpose())
            : left.Times(right);
        var (factors, unit) = (left.Norm() * right.Norm(), BringToOne(core));
        var norm = core.Norm() / unit;
        return norm <= Noise * factors ? OfRows(left, right, factors, cancellationToken) : OfCore(core, unit, cancellationToken) with { Cancellation = factors / norm };
    }

    /// <summary>Of one finite matrix, which is no product: without its cancellation.</summary>
    public static ProductStatistics Of(Matrix matrix, CancellationToken cancellationToken)
    {
        var core = new Matrix(matrix.Rows, matrix.Columns, [.. matrix.Values]);
        return OfCore(core, BringToOne(core), cancellationToken);
    }

    /// <summary>Of the update times a scale.</summary>
    public ProductStatistics Times(double scale) => this with { Norm = Math.Abs(scale) * Norm, SpectralNorm = Math.Abs(scale) * SpectralNorm };

    /// <summary>Of X ⊗ Y, whose singular values are the products of X's and Y's: so norms multiply, and so do effective ranks.</summary>
    public ProductStatistics Kronecker(ProductStatistics other) =>
        new(Norm * other.Norm, SpectralNorm * other.SpectralNorm, EffectiveRank * other.EffectiveRank, null);

    private static ProductStatistics OfCore(Matrix core, double unit, CancellationToken cancellationToken)
    {
        var norm = core.Norm() / unit;
        if (norm == 0)
            return Zero;
        if (Math.Min(core.Rows, core.Columns) > LargestCore)
            return new ProductStatistics(norm, null, null, null);
        var (spectral, effective) = Spectrum(core, cancellationToken);
        return new ProductStatistics(norm, spectral / unit, effective, null);
    }

    /// <summary>Multiplies a matrix by a power of two, so that squares and their squares neither overflow nor vanish, and returns it.</summary>
    private static double BringToOne(Matrix matrix)
    {
        var largest = matrix.Values.Max(Math.Abs);
        var unit = largest > 0 ? PowerOfTwo.BringingToOne(largest) : 1;
        for (var i = 0; i < matrix.Values.Length; i++)
            matrix.Values[i] *= unit;
        return unit;
    }

    private static ProductStatistics OfRows(Matrix left, Matrix right, double factors, CancellationToken cancellationToken)
    {
        var sum = 0.0;
        for (var row = 0; row < left.Rows; row += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(RowsAtOnce, left.Rows - row);
            var norm = new Matrix(count, left.Columns, left.Values[(row * left.Columns)..((row + count) * left.Columns)]).Times(right).Norm();
            sum += norm * norm;
        }
        return new ProductStatistics(Math.Sqrt(sum), sum == 0 ? 0 : null, null, sum == 0 ? null : factors / Math.Sqrt(sum));
    }

    private static (double SpectralNorm, double EffectiveRank) Spectrum(Matrix core, CancellationToken cancellationToken)
    {
        var rows = core.Rows <= core.Columns ? core : core.Transpose();
        var gram = new double[rows.Rows * rows.Rows];
        for (var i = 0; i < rows.Rows; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var j = 0; j <= i; j++)
                gram[i * rows.Rows + j] = gram[j * rows.Rows + i] = FixedSum.OfProducts(rows.Row(i), rows.Row(j));
        }
        return CoreSpectrum.Of(gram, rows.Rows, cancellationToken);
    }
}
