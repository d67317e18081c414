namespace Loragate.Governance.Statistics;

/// <summary>The binomial distribution; tails through the incomplete beta function: P(X ≤ k) = I_{1−p}(n−k, k+1) (NIST DLMF 8.17.5).</summary>
public static class Binomial
{
    // Two outcomes are equally likely when their masses differ by rounding only; the same allowance as R's and SciPy's exact tests.
    private const double MassTolerance = 1 + 1e-7;

    /// <summary>P(X ≤ k) for X ~ Bin(n, p); 0 for k &lt; 0, 1 for k ≥ n.</summary>
    public static double Cdf(int k, int n, double p)
    {
        Check(n, p);
        return k < 0 ? 0 : k >= n ? 1 : Beta.Cdf(1 - p, n - k, k + 1);
    }

    /// <summary>P(X ≥ k) for X ~ Bin(n, p); 1 for k ≤ 0, 0 for k &gt; n.</summary>
    public static double UpperTail(int k, int n, double p)
    {
        Check(n, p);
        return k <= 0 ? 1 : k > n ? 0 : Beta.Cdf(p, k, n - k + 1);
    }

    /// <summary>P(X = k).</summary>
    public static double Mass(int k, int n, double p)
    {
        Check(n, p);
        if (k < 0 || k > n)
            return 0;
        if (p is 0 or 1)
            return k == (p == 0 ? 0 : n) ? 1 : 0;
        var logChoose = Gamma.Log(n + 1) - Gamma.Log(k + 1) - Gamma.Log(n - k + 1);
        return Math.Exp(logChoose + k * Math.Log(p) + (n - k) * Math.Log(1 - p));
    }

    /// <summary>The exact two-sided test of P(success) = p: the probability of all outcomes that are no likelier than k.</summary>
    public static double TwoSided(int k, int n, double p)
    {
        var limit = Mass(k, n, p) * MassTolerance;
        var sum = 0.0;
        for (var i = 0; i <= n; i++)
        {
            var mass = Mass(i, n, p);
            sum += mass <= limit ? mass : 0;
        }
        return Math.Min(1, sum);
    }

    private static void Check(int n, double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (!(p is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies between 0 and 1.");
    }
}
