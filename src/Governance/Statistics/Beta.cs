namespace Loragate.Governance.Statistics;

/// <summary>The beta distribution through the regularized incomplete beta function Iₓ(a, b) (NIST DLMF 8.17).</summary>
public static class Beta
{
    private const int MaxTerms = 100_000;
    private const double Tiny = 1e-300;
    private const double Precision = 1e-16;

    /// <summary>Iₓ(a, b) = P(X ≤ x) for X ~ Beta(a, b).</summary>
    /// <param name="x">0 to 1.</param>
    /// <param name="a">Positive shape.</param>
    /// <param name="b">Positive shape.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Cdf(double x, double a, double b)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(a);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(b);
        if (!(x is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(x), x, "A beta variable lies between 0 and 1.");
        return x switch
        {
            0 or 1 => x,
            _ when x > (a + 1) / (a + b + 2) => 1 - Lower(1 - x, b, a),
            _ => Lower(x, a, b),
        };
    }

    /// <summary>The x with Iₓ(a, b) = p, by bisection down to the last bit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is not between 0 and 1.</exception>
    public static double Quantile(double p, double a, double b)
    {
        if (!(p is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability lies between 0 and 1.");
        return p is 0 or 1 ? p : Bisection.Root(x => p - Cdf(x, a, b), 0, 1);
    }

    /// <summary>xᵃ(1−x)ᵇ / (a·B(a,b)) times the continued fraction DLMF 8.17.22, evaluated by Lentz's method.</summary>
    private static double Lower(double x, double a, double b)
    {
        var scale = Math.Exp(a * Math.Log(x) + b * Math.Log(1 - x) + Gamma.Log(a + b) - Gamma.Log(a) - Gamma.Log(b)) / a;
        var (c, d) = (1.0, 1 / NotZero(1 - (a + b) * x / (a + 1)));
        var fraction = d;
        for (var m = 1; m < MaxTerms; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            Advance(even, ref c, ref d, ref fraction);
            if (Math.Abs(Advance(odd, ref c, ref d, ref fraction) - 1) < Precision)
                break;
        }
        return scale * fraction;
    }

    private static double Advance(double coefficient, ref double c, ref double d, ref double fraction)
    {
        d = 1 / NotZero(1 + coefficient * d);
        c = NotZero(1 + coefficient / c);
        fraction *= c * d;
        return c * d;
    }

    private static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
