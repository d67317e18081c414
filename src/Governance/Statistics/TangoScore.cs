namespace Loragate.Governance.Statistics;

/// <summary>
/// The score test and interval for the difference of two paired proportions, Δ = (gained − lost)/n: T. Tango, "Equivalence test and
/// confidence interval for the difference in proportions for the paired-sample design" (Statist. Med. 17, 1998). Holds its level with
/// few discordant pairs or none; at Δ = 0 it is McNemar's statistic without correction.
/// </summary>
public static class TangoScore
{
    /// <summary>
    /// T(λ) = (g − l − nλ) / √(n(2q̂ + λ(1−λ))), where q̂, the probability of a loss under Δ = λ, is the larger root of
    /// 2n·q² + (−g − l + (2n − g + l)λ)·q − lλ(1−λ) = 0. Falls in λ; N(0, 1) where Δ = λ; 0 without discordant pairs at λ = 0.
    /// </summary>
    /// <param name="gained">Pairs that only the candidate got right, g.</param>
    /// <param name="lost">Pairs that only the base got right, l.</param>
    /// <param name="items">All pairs, n.</param>
    /// <param name="difference">λ, strictly between −1 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative counts, more discordant pairs than pairs, or λ out of range.</exception>
    public static double Statistic(int gained, int lost, int items, double difference)
    {
        Check(gained, lost, items);
        if (!(difference is > -1 and < 1))
            throw new ArgumentOutOfRangeException(nameof(difference), difference, "A difference of proportions to test lies strictly between -1 and 1.");
        return Score(gained, lost, items, difference);
    }

    /// <summary>p of "Δ &gt; λ", one-sided: 1 − Φ(T(λ)).</summary>
    public static double PAbove(int gained, int lost, int items, double difference) =>
        Normal.UpperTail(Statistic(gained, lost, items, difference));

    /// <summary>p of "Δ &lt; λ", one-sided: Φ(T(λ)).</summary>
    public static double PBelow(int gained, int lost, int items, double difference) =>
        Normal.Cdf(Statistic(gained, lost, items, difference));

    /// <summary>The one-sided lower 1 − α bound: the λ with T(λ) = z₁₋α.</summary>
    public static double LowerBound(int gained, int lost, int items, double alpha) => CheckedBound(gained, lost, items, Normal.Quantile(1 - alpha));

    /// <summary>The one-sided upper 1 − α bound: the λ with T(λ) = −z₁₋α.</summary>
    public static double UpperBound(int gained, int lost, int items, double alpha) => CheckedBound(gained, lost, items, -Normal.Quantile(1 - alpha));

    /// <summary>The λ with T(λ) = z, of counts that need not be whole.</summary>
    internal static double Bound(double g, double l, double n, double z) => (g, l) switch
    {
        _ when z > 0 && l == n => -1,
        _ when z < 0 && g == n => 1,
        _ => Bisection.Root(lambda => Score(g, l, n, lambda) - z, -1, 1),
    };

    /// <summary>T(λ) of counts that need not be whole; beyond ±1 it has the sign of an impossible difference.</summary>
    internal static double Score(double g, double l, double n, double lambda)
    {
        if (Math.Abs(lambda) >= 1)
            return lambda < 0 ? double.PositiveInfinity : double.NegativeInfinity;
        var q = LossProbability(g, l, n, lambda);
        var variance = n * (2 * q + lambda * (1 - lambda));
        var excess = g - l - n * lambda;
        return excess == 0 ? 0 : excess / Math.Sqrt(Math.Max(variance, 0));
    }

    private static double CheckedBound(int gained, int lost, int items, double z)
    {
        Check(gained, lost, items);
        return Bound(gained, lost, items, z);
    }

    private static double LossProbability(double g, double l, double n, double lambda)
    {
        var a = 2 * n;
        var b = -g - l + (2 * n - g + l) * lambda;
        var c = -l * lambda * (1 - lambda);
        var root = Math.Sqrt(Math.Max(b * b - 4 * a * c, 0));
        // The second form is the same root without the cancellation of two nearly equal numbers.
        return b <= 0 ? (root - b) / (2 * a) : -2 * c / (root + b);
    }

    private static void Check(int gained, int lost, int items)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gained);
        ArgumentOutOfRangeException.ThrowIfNegative(lost);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(items);
        if ((long)gained + lost > items)
            throw new ArgumentOutOfRangeException(nameof(items), items, "There cannot be more discordant pairs than pairs.");
    }
}
