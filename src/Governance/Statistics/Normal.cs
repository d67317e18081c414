namespace Loragate.Governance.Statistics;

/// <summary>
/// The standard normal distribution. Φ near the centre by the Taylor series of G. Marsaglia, "Evaluating the Normal Distribution"
/// (J. Stat. Softw. 11(4), 2004); the tail by Laplace's continued fraction (NIST DLMF 7.9.3). About 1e-14 relative in both.
/// </summary>
public static class Normal
{
    private const double SeriesLimit = 2.5;
    private const int FractionTerms = 400;
    private const int NewtonSteps = 100;

    /// <summary>φ(z) = e^(−z²/2) / √(2π).</summary>
    public static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>Φ(z) = P(Z ≤ z).</summary>
    public static double Cdf(double z) => UpperTail(-z);

    /// <summary>1 − Φ(z) = P(Z &gt; z), without cancellation in the far tail.</summary>
    public static double UpperTail(double z) => z switch
    {
        double.NaN => double.NaN,
        < 0 => 1 - UpperTail(-z),
        < SeriesLimit => 0.5 - Centred(z),
        _ => Density(z) / Fraction(z),
    };

    /// <summary>Φ⁻¹(p): the z with P(Z ≤ z) = p.</summary>
    /// <param name="p">A probability strictly between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">p is 0, 1, outside of them, or NaN.</exception>
    public static double Quantile(double p)
    {
        if (!(p is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, "A quantile needs a probability strictly between 0 and 1.");
        return p switch
        {
            < 0.1 => -TailQuantile(p),
            > 0.9 => TailQuantile(1 - p),
            _ => CentralQuantile(p - 0.5),
        };
    }

    /// <summary>Φ(z) − ½ = φ(z)·(z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + …).</summary>
    private static double Centred(double z)
    {
        var (sum, term) = (z, z);
        for (var k = 3; Math.Abs(term) > Math.Abs(sum) * 1e-17; k += 2)
            sum += term *= z * z / k;
        return Density(z) * sum;
    }

    /// <summary>z + 1/(z + 2/(z + 3/(z + …))): the denominator of Mills' ratio.</summary>
    private static double Fraction(double z)
    {
        var value = z;
        for (var k = FractionTerms; k > 0; k--)
            value = z + k / value;
        return value;
    }

    private static double CentralQuantile(double excess)
    {
        var z = excess * Math.Sqrt(2 * Math.PI);
        for (var step = 0; step < NewtonSteps; step++)
        {
            var next = z - (Centred(z) - excess) / Density(z);
            if (Math.Abs(next - z) <= 1e-16 * Math.Abs(z))
                return next;
            z = next;
        }
        return z;
    }

    /// <summary>Newton's method on ln P(Z &gt; z) = ln p, which is concave, so that it converges from any start to the left of the root.</summary>
    private static double TailQuantile(double p)
    {
        var z = 1.0;
        for (var step = 0; step < NewtonSteps; step++)
        {
            var tail = UpperTail(z);
            var next = z + (Math.Log(tail) - Math.Log(p)) * tail / Density(z);
            if (Math.Abs(next - z) <= 1e-15 * z)
                return next;
            z = next;
        }
        return z;
    }
}
