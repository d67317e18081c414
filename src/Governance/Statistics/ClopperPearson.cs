namespace Loragate.Governance.Statistics;

/// <summary>
/// The exact interval of a proportion, from the beta quantiles that invert the binomial test; never below its confidence level
/// (C. Clopper, E. Pearson, Biometrika 26, 1934).
/// </summary>
public static class ClopperPearson
{
    /// <summary>The one-sided lower 1 − α bound: B⁻¹(α; k, n−k+1), 0 for k = 0.</summary>
    /// <param name="successes">k, 0 to n.</param>
    /// <param name="items">n, at least 1.</param>
    /// <param name="alpha">α, strictly between 0 and 1.</param>
    public static double LowerBound(int successes, int items, double alpha)
    {
        Proportion.Check(successes, items);
        return successes == 0 ? 0 : Beta.Quantile(alpha, successes, items - successes + 1);
    }

    /// <summary>The one-sided upper 1 − α bound: B⁻¹(1−α; k+1, n−k), 1 for k = n.</summary>
    public static double UpperBound(int successes, int items, double alpha)
    {
        Proportion.Check(successes, items);
        return successes == items ? 1 : 1 - Beta.Quantile(alpha, items - successes, successes + 1);
    }

    /// <summary>The two-sided interval of a confidence level such as 0.95.</summary>
    public static Bounds Interval(int successes, int items, double level) =>
        new(LowerBound(successes, items, (1 - level) / 2), UpperBound(successes, items, (1 - level) / 2));

    /// <summary>p of "the proportion is below <paramref name="proportion"/>": P(Bin(n, p) ≤ k).</summary>
    public static double PBelow(int successes, int items, double proportion)
    {
        Proportion.Check(successes, items);
        return Binomial.Cdf(successes, items, proportion);
    }

    /// <summary>p of "the proportion is above <paramref name="proportion"/>": P(Bin(n, p) ≥ k).</summary>
    public static double PAbove(int successes, int items, double proportion)
    {
        Proportion.Check(successes, items);
        return Binomial.UpperTail(successes, items, proportion);
    }
}
