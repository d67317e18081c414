using Loragate.Artifacts;

namespace Loragate.MergeEngine.Algebra;

/// <summary>
/// The best approximation of rank at most R that was found: X ≈ L·diag(σ)·Rᵀ with orthonormal columns in L and R.
/// </summary>
/// <param name="Left">L, m × r.</param>
/// <param name="Values">The σ that are kept, falling.</param>
/// <param name="Dropped">The σ that are known and not kept, falling.</param>
/// <param name="Right">R, n × r.</param>
/// <param name="Passes">How often X was walked through; 0 where it was never formed.</param>
internal sealed record LowRank(Matrix Left, double[] Values, double[] Dropped, Matrix Right, int Passes)
{
    /// <summary>More columns than asked for, so that the last kept direction converges as well (Halko, Martinsson and Tropp 2011, §4.2).</summary>
    private const int Oversampling = 16;

    private const int MostIterations = 24;

    /// <summary>Share of ‖X‖²_F by which an iteration has to capture more for another one to be worth a walk.</summary>
    private const double WorthAnotherPass = 1e-12;

    private const double RoundingUnit = 1.0 / (1L << 52);

    /// <summary>B = L·√σ, m × r: both factors carry the same share of the size.</summary>
    public Matrix BalancedLeft => Left.ScaledColumns([.. Values.Select(Math.Sqrt)]);

    /// <summary>A = √σ·Rᵀ, r × n.</summary>
    public Matrix BalancedRight => Right.ScaledColumns([.. Values.Select(Math.Sqrt)]).Transpose();

    /// <summary>
    /// Of X = L·R given by its factors (m × k and k × n): QR of both, the SVD of the core R₁·R₂ᵀ. Exact to rounding; X is never formed.
    /// </summary>
    public static LowRank OfProduct(Matrix left, Matrix right, int rank)
    {
        var (ql, rl) = QrDecomposition.Of(left);
        var (qr, rr) = QrDecomposition.Of(right.Transpose());
        var core = SingularValues.Of(rl.Times(rr.Transpose()));
        return Keep(ql.Times(core.U), core.Values, qr.Times(core.V), rank, Math.Max(left.Rows, right.Columns), 0);
    }

    /// <summary>
    /// Of a matrix that can only be walked: subspace iteration with orthonormalisation at every half step (Halko, Martinsson and Tropp 2011,
    /// algorithm 4.4) from a counter-based random block, until the leading <paramref name="rank"/> values capture no more.
    /// </summary>
    /// <param name="source">X.</param>
    /// <param name="rank">R.</param>
    /// <param name="squaredNorm">‖X‖²_F.</param>
    /// <param name="random">The stream of the starting block.</param>
    /// <param name="cancellationToken">Ends the work between blocks.</param>
    public static LowRank OfRows(RowSource source, int rank, double squaredNorm, Philox random, CancellationToken cancellationToken)
    {
        var width = Math.Min(rank + Oversampling, Math.Min(source.Rows, source.Columns));
        var basis = QrDecomposition.Of(source.Times(Start(source.Columns, width, random), cancellationToken)).Q;
        var captured = -1.0;
        for (var iteration = 1; ; iteration++)
        {
            var (q, r) = QrDecomposition.Of(source.TransposedTimes(basis, cancellationToken));
            var core = SingularValues.Of(r.Transpose());
            var now = core.Values.Take(rank).Sum(s => s * s);
            if (iteration == MostIterations || now - captured <= WorthAnotherPass * squaredNorm || width == Math.Min(source.Rows, source.Columns))
                return Keep(basis.Times(core.U), core.Values, q.Times(core.V), rank, Math.Max(source.Rows, source.Columns), 2 * iteration);
            captured = now;
            basis = QrDecomposition.Of(source.Times(q, cancellationToken)).Q;
        }
    }

    /// <summary>‖L·R‖_F of a product that may cancel almost to nothing: from the cores, without squaring the factors' condition.</summary>
    public static double NormOfProduct(Matrix left, Matrix right) =>
        QrDecomposition.Of(left).R.Times(QrDecomposition.Of(right.Transpose()).R.Transpose()).Norm();

    private static Matrix Start(int rows, int columns, Philox random)
    {
        var start = new Matrix(rows, columns);
        for (var i = 0; i < start.Values.Length; i++)
            start.Values[i] = random.Symmetric((ulong)i);
        return start;
    }

    /// <summary>Directions below the rounding of the largest are noise and not kept; one is always kept.</summary>
    private static LowRank Keep(Matrix left, double[] values, Matrix right, int rank, int size, int passes)
    {
        var noise = values[0] * size * RoundingUnit;
        var kept = Math.Max(1, Math.Min(rank, values.Count(s => s > noise)));
        return new LowRank(First(left, kept), values[..kept], values[kept..], First(right, kept), passes);
    }

    private static Matrix First(Matrix matrix, int columns) => matrix.ScaledColumns(Enumerable.Repeat(1.0, columns).ToArray());
}
