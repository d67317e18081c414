namespace Loragate.Governance.Statistics;

/// <summary>
/// A mean whose items come in clusters (the pairs of one template, the questions on one text):
/// SE = (1/n)·√( G/(G−1) · Σ_c (Σ_{i∈c}(yᵢ − ȳ))² ), with t on G − 1 degrees of freedom (E. Miller, "Adding Error Bars to Evals", 2024,
/// appendix A, with the G/(G−1) of small samples; K.-Y. Liang, S. Zeger, Biometrika 73, 1986). With every item its own cluster it is s/√n.
/// </summary>
/// <param name="Mean">ȳ.</param>
/// <param name="StandardError">The clustered standard error.</param>
/// <param name="Items">n.</param>
/// <param name="Clusters">G, at least 2.</param>
public sealed record ClusteredMean(double Mean, double StandardError, int Items, int Clusters)
{
    /// <summary>Degrees of freedom, G − 1.</summary>
    public int Degrees => Clusters - 1;

    /// <summary>The mean of items in named clusters.</summary>
    /// <param name="values">yᵢ, finite.</param>
    /// <param name="clusters">The cluster of each item, as many as values.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or there are fewer than two clusters.</exception>
    public static ClusteredMean Of(IReadOnlyList<double> values, IReadOnlyList<string> clusters)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(clusters);
        if (values.Count != clusters.Count)
            throw new ArgumentException($"{values.Count} values cannot have {clusters.Count} cluster names.", nameof(clusters));
        var mean = values.Count == 0 ? 0 : values.Sum() / values.Count;
        var sums = new SortedDictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < values.Count; i++)
            sums[clusters[i]] = sums.GetValueOrDefault(clusters[i]) + (values[i] - mean);
        return FromDeviations(mean, values.Count, [.. sums.Values]);
    }

    /// <summary>The mean of independent items: each is its own cluster.</summary>
    /// <exception cref="ArgumentException">There are fewer than two values.</exception>
    public static ClusteredMean Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var mean = values.Count == 0 ? 0 : values.Sum() / values.Count;
        return FromDeviations(mean, values.Count, [.. values.Select(value => value - mean)]);
    }

    /// <summary>The one-sided lower 1 − α bound: ȳ − t₁₋α,G₋₁·SE.</summary>
    public double LowerBound(double alpha) => Mean - StudentT.Quantile(1 - alpha, Degrees) * StandardError;

    /// <summary>The one-sided upper 1 − α bound.</summary>
    public double UpperBound(double alpha) => Mean + StudentT.Quantile(1 - alpha, Degrees) * StandardError;

    /// <summary>p of "the mean is below <paramref name="value"/>".</summary>
    public double PBelow(double value) => StudentT.Cdf(T(value), Degrees);

    /// <summary>p of "the mean is above <paramref name="value"/>".</summary>
    public double PAbove(double value) => StudentT.UpperTail(T(value), Degrees);

    private double T(double value) => Mean == value ? 0 : (Mean - value) / StandardError;

    private static ClusteredMean FromDeviations(double mean, int items, double[] deviations)
    {
        var clusters = deviations.Length;
        if (clusters < 2)
            throw new ArgumentException("A standard error needs two clusters at least.");
        var squares = deviations.Sum(deviation => deviation * deviation);
        return new ClusteredMean(mean, Math.Sqrt(squares * clusters / (clusters - 1)) / items, items, clusters);
    }
}
