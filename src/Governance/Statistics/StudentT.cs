namespace Loragate.Governance.Statistics;

/// <summary>Student's t distribution through the incomplete beta function: P(T &gt; t) = ½·I_{ν/(ν+t²)}(ν/2, ½) for t ≥ 0 (NIST DLMF 8.17; A&amp;S 26.7.1).</summary>
public static class StudentT
{
    /// <summary>P(T ≤ t).</summary>
    /// <param name="t">Any number.</param>
    /// <param name="degrees">Degrees of freedom ν, positive.</param>
    public static double Cdf(double t, double degrees) => UpperTail(-t, degrees);

    /// <summary>P(T &gt; t), without cancellation in the far tail.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The degrees of freedom are not positive.</exception>
    public static double UpperTail(double t, double degrees)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degrees);
        return t switch
        {
            double.NaN => double.NaN,
            < 0 => 1 - UpperTail(-t, degrees),
            double.PositiveInfinity => 0,
            _ when t * t < degrees => 0.5 - Beta.Cdf(t * t / (degrees + t * t), 0.5, degrees / 2) / 2,
            _ => Beta.Cdf(degrees / (degrees + t * t), degrees / 2, 0.5) / 2,
        };
    }

    /// <summary>P(|T| ≥ |t|).</summary>
    public static double TwoSided(double t, double degrees) => Math.Min(1, 2 * UpperTail(Math.Abs(t), degrees));

    /// <summary>The t with P(T ≤ t) = p.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is not strictly between 0 and 1.</exception>
    public static double Quantile(double p, double degrees)
    {
        if (!(p is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, "A quantile needs a probability strictly between 0 and 1.");
        return p switch
        {
            0.5 => 0,
            < 0.5 => -UpperQuantile(p, degrees),
            _ => UpperQuantile(1 - p, degrees),
        };
    }

    private static double UpperQuantile(double tail, double degrees)
    {
        var high = 1.0;
        while (UpperTail(high, degrees) > tail)
            high *= 2;
        return Bisection.Root(t => UpperTail(t, degrees) - tail, 0, high);
    }
}
