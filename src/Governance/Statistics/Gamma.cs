namespace Loragate.Governance.Statistics;

/// <summary>The gamma function: Stirling's series (NIST DLMF 5.11.1) after the argument was raised with Γ(x+1) = x·Γ(x).</summary>
public static class Gamma
{
    private const double SeriesFrom = 15;

    private static readonly double[] Coefficients =
        [1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156];

    /// <summary>ln Γ(x) for x &gt; 0, to about 1e-15 of the larger of 1 and its magnitude.</summary>
    /// <exception cref="ArgumentOutOfRangeException">x is not positive.</exception>
    public static double Log(double x)
    {
        if (!(x > 0))
            throw new ArgumentOutOfRangeException(nameof(x), x, "ln Γ is computed for positive arguments.");
        var raised = 1.0;
        for (; x < SeriesFrom; x++)
            raised *= x;
        return Stirling(x) - Math.Log(raised);
    }

    /// <summary>ln Γ(x) = (x − ½) ln x − x + ½ ln 2π + Σ B₂ₖ / (2k(2k−1) x^(2k−1)).</summary>
    private static double Stirling(double x)
    {
        var (sum, power) = (0.0, 1 / x);
        foreach (var coefficient in Coefficients)
        {
            sum += coefficient * power;
            power /= x * x;
        }
        return (x - 0.5) * Math.Log(x) - x + Math.Log(2 * Math.PI) / 2 + sum;
    }
}
