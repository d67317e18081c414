namespace Loragate.MergeEngine.Algebra;

/// <summary>
/// M = U·diag(σ)·Vᵀ by one-sided Jacobi rotations (Hestenes 1958; cyclic by rows, rotation of Rutishauser 1966), σ falling. High relative
/// accuracy, no library, the same bits everywhere. Meant for small matrices: the cores of factored ones. Where σ is 0, U's column is 0.
/// </summary>
/// <param name="U">U, rows × p with p = min(rows, columns).</param>
/// <param name="Values">σ, p values, falling.</param>
/// <param name="V">V, columns × p.</param>
internal sealed record SingularValues(Matrix U, double[] Values, Matrix V)
{
    private const int MostSweeps = 60;

    private const double RoundingUnit = 1.0 / (1L << 52);

    /// <summary>Decomposes a finite matrix.</summary>
    public static SingularValues Of(Matrix matrix)
    {
        if (matrix.Rows < matrix.Columns)
        {
            var (v, values, u) = Of(matrix.Transpose());
            return new SingularValues(u, values, v);
        }
        var scale = ScaleOf(matrix);
        var columns = matrix.Transpose();
        for (var i = 0; i < columns.Values.Length; i++)
            columns.Values[i] *= scale;
        var rotations = Identity(matrix.Columns);
        for (var sweep = 0; sweep < MostSweeps && Sweep(columns, rotations); sweep++)
        {
        }
        return Sort(columns, rotations, scale);
    }

    /// <summary>Brings the largest element to [1, 2), so that squares neither over- nor underflow.</summary>
    private static double ScaleOf(Matrix matrix)
    {
        var largest = matrix.Values.Max(Math.Abs);
        return largest == 0 ? 1 : PowerOfTwo.BringingToOne(largest);
    }

    private static Matrix Identity(int size)
    {
        var identity = new Matrix(size, size);
        for (var i = 0; i < size; i++)
            identity[i, i] = 1;
        return identity;
    }

    /// <summary>One sweep over all pairs; whether anything was rotated.</summary>
    private static bool Sweep(Matrix columns, Matrix rotations)
    {
        // Columns whose cosine is no more than the rounding of an inner product are orthogonal.
        var orthogonal = 2 * RoundingUnit * Math.Sqrt(columns.Columns);
        var rotated = false;
        for (var p = 0; p < columns.Rows - 1; p++)
        {
            for (var q = p + 1; q < columns.Rows; q++)
            {
                var x = columns.Row(p);
                var y = columns.Row(q);
                var (alpha, beta, gamma) = (FixedSum.OfSquares(x), FixedSum.OfSquares(y), FixedSum.OfProducts(x, y));
                if (gamma == 0 || Math.Abs(gamma) <= orthogonal * Math.Sqrt(alpha) * Math.Sqrt(beta))
                    continue;
                rotated = true;
                var zeta = (beta - alpha) / (2 * gamma);
                var tangent = Math.CopySign(1, zeta) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
                var cosine = 1 / Math.Sqrt(1 + tangent * tangent);
                Rotate(x, y, cosine, cosine * tangent);
                Rotate(rotations.Row(p), rotations.Row(q), cosine, cosine * tangent);
            }
        }
        return rotated;
    }

    private static void Rotate(Span<double> x, Span<double> y, double cosine, double sine)
    {
        for (var i = 0; i < x.Length; i++)
        {
            var (a, b) = (x[i], y[i]);
            x[i] = cosine * a - sine * b;
            y[i] = sine * a + cosine * b;
        }
    }

    private static SingularValues Sort(Matrix columns, Matrix rotations, double scale)
    {
        var norms = Enumerable.Range(0, columns.Rows).Select(i => Math.Sqrt(FixedSum.OfSquares(columns.Row(i)))).ToArray();
        var order = Enumerable.Range(0, norms.Length).OrderByDescending(i => norms[i]).ThenBy(i => i).ToArray();
        var (u, v) = (new Matrix(norms.Length, columns.Columns), new Matrix(norms.Length, norms.Length));
        for (var i = 0; i < order.Length; i++)
        {
            rotations.Row(order[i]).CopyTo(v.Row(i));
            if (norms[order[i]] > 0)
            {
                for (var k = 0; k < columns.Columns; k++)
                    u[i, k] = columns[order[i], k] / norms[order[i]];
            }
        }
        return new SingularValues(u.Transpose(), [.. order.Select(i => norms[i] / scale)], v.Transpose());
    }
}
