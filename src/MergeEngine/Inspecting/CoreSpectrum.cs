namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// What the singular values of a matrix say, from its Gram matrix alone, which is symmetric and has their squares for eigenvalues. Only +, −, ×, ÷ and √
/// in a fixed order, so every machine gives the same bits.
/// </summary>
internal static class CoreSpectrum
{
    /// <summary>Halvings of the interval of the largest eigenvalue: a double has 53 bits.</summary>
    private const int Halvings = 60;

    /// <summary>σ₁ and (Σσ²)²/Σσ⁴ of a matrix X.</summary>
    /// <param name="gram">XXᵀ or XᵀX, n × n.</param>
    /// <param name="n">n.</param>
    /// <param name="cancellationToken">Stops between rows.</param>
    public static (double SpectralNorm, double EffectiveRank) Of(double[] gram, int n, CancellationToken cancellationToken = default)
    {
        var (trace, squares) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
            trace += gram[i * n + i];
        foreach (var value in gram)
            squares += value * value;
        return (Math.Sqrt(Largest(gram, n, cancellationToken)), squares > 0 ? trace * trace / squares : 0);
    }

    /// <summary>The largest eigenvalue: Householder's tridiagonal form, then bisection with Sturm's count (Golub and Van Loan, §8.3.1 and §8.4.1).</summary>
    private static double Largest(double[] matrix, int n, CancellationToken cancellationToken)
    {
        var (diagonal, beside) = Tridiagonal(matrix, n, cancellationToken);
        var (low, high) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
            high = Math.Max(high, diagonal[i] + Math.Abs(i > 0 ? beside[i - 1] : 0) + Math.Abs(i < n - 1 ? beside[i] : 0));
        for (var step = 0; step < Halvings; step++)
        {
            var middle = low + (high - low) / 2;
            if (IsAbove(diagonal, beside, middle))
                low = middle;
            else
                high = middle;
        }
        return high;
    }

    /// <summary>Whether an eigenvalue lies above <paramref name="x"/>.</summary>
    private static bool IsAbove(double[] diagonal, double[] beside, double x)
    {
        var pivot = 1.0;
        for (var i = 0; i < diagonal.Length; i++)
        {
            pivot = diagonal[i] - x - (i == 0 ? 0 : beside[i - 1] * beside[i - 1] / pivot);
            if (pivot > 0)
                return true;
            if (pivot == 0)
                pivot = -double.Epsilon;
        }
        return false;
    }

    private static (double[] Diagonal, double[] Beside) Tridiagonal(double[] matrix, int n, CancellationToken cancellationToken)
    {
        var a = (double[])matrix.Clone();
        var (v, p) = (new double[n], new double[n]);
        for (var k = 0; k < n - 2; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var norm = 0.0;
            for (var i = k + 1; i < n; i++)
                norm += a[i * n + k] * a[i * n + k];
            norm = Math.Sqrt(norm);
            if (norm == 0)
                continue;
            var head = a[(k + 1) * n + k];
            var alpha = head > 0 ? -norm : norm;
            for (var i = k + 1; i < n; i++)
                v[i] = a[i * n + k];
            v[k + 1] = head - alpha;
            Reflect(a, v, p, k + 1, n, norm * (norm + Math.Abs(head)));
            a[(k + 1) * n + k] = a[k * n + k + 1] = alpha;
        }
        return ([.. Enumerable.Range(0, n).Select(i => a[i * n + i])], [.. Enumerable.Range(0, Math.Max(0, n - 1)).Select(i => a[(i + 1) * n + i])]);
    }

    /// <summary>A − vwᵀ − wvᵀ in the lower right corner, w = p − v·(pᵀv)/2h, p = Av/h with h = vᵀv/2.</summary>
    private static void Reflect(double[] a, double[] v, double[] p, int first, int n, double h)
    {
        var product = 0.0;
        for (var i = first; i < n; i++)
        {
            var sum = 0.0;
            for (var j = first; j < n; j++)
                sum += a[i * n + j] * v[j];
            p[i] = sum / h;
            product += p[i] * v[i];
        }
        var share = product / (2 * h);
        for (var i = first; i < n; i++)
            p[i] -= share * v[i];
        for (var i = first; i < n; i++)
        {
            for (var j = first; j < n; j++)
                a[i * n + j] -= v[i] * p[j] + p[i] * v[j];
        }
    }
}
