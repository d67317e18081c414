namespace Loragate.Governance.Statistics;

/// <summary>
/// The score interval of a proportion: all p with |p̂ − p| ≤ z·√(p(1−p)/n), that is
/// (p̂ + z²/2n ± z·√(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n) (E. B. Wilson, JASA 22, 1927).
/// </summary>
public static class Wilson
{
    /// <summary>The one-sided lower 1 − α bound.</summary>
    /// <param name="successes">k, 0 to n.</param>
    /// <param name="items">n, at least 1.</param>
    /// <param name="alpha">α, strictly between 0 and ½.</param>
    public static double LowerBound(int successes, int items, double alpha) => BoundOf(successes, items, Normal.Quantile(1 - alpha)).Lower;

    /// <summary>The one-sided upper 1 − α bound.</summary>
    public static double UpperBound(int successes, int items, double alpha) => BoundOf(successes, items, Normal.Quantile(1 - alpha)).Upper;

    /// <summary>The two-sided interval of a confidence level such as 0.95.</summary>
    public static Bounds Interval(int successes, int items, double level) => BoundOf(successes, items, Normal.Quantile((1 + level) / 2));

    /// <summary>p of "the proportion is below <paramref name="proportion"/>": the score test that the lower side inverts.</summary>
    public static double PBelow(int successes, int items, double proportion) => Normal.Cdf(ScoreOf(successes, items, proportion));

    /// <summary>p of "the proportion is above <paramref name="proportion"/>".</summary>
    public static double PAbove(int successes, int items, double proportion) => Normal.UpperTail(ScoreOf(successes, items, proportion));

    private static Bounds BoundOf(int successes, int items, double z)
    {
        Proportion.Check(successes, items);
        return Bound((double)successes / items, items, z);
    }

    private static double ScoreOf(int successes, int items, double proportion)
    {
        Proportion.Check(successes, items);
        return Score((double)successes / items, items, proportion);
    }

    /// <summary>(p̂ − p)/√(p(1 − p)/n), where n need not be whole; beyond 0 and 1 infinite.</summary>
    internal static double Score(double share, double items, double proportion)
    {
        var excess = share - proportion;
        return excess == 0 ? 0 : excess / Math.Sqrt(Math.Max(0, proportion * (1 - proportion) / items));
    }

    /// <summary>The p with a score of ±z, where n need not be whole.</summary>
    internal static Bounds Bound(double p, double n, double z)
    {
        var centre = p + z * z / (2 * n);
        var half = Math.Abs(z) * Math.Sqrt(p * (1 - p) / n + z * z / (4 * n * n));
        var scale = 1 + z * z / n;
        return new Bounds(
            p == 0 ? 0 : Math.Max(0, (centre - half) / scale),
            p == 1 ? 1 : Math.Min(1, (centre + half) / scale));
    }
}
