namespace Loragate.Governance.Statistics;

/// <summary>
/// The means that items in clusters can have where some values are not known but between two limits. For a total M, and so a mean m = M/n, a cluster's deviation
/// |s_c − n_c·m| is largest at an end of what its sum s_c can be, so SE² ≤ (1/n²)·G/(G−1)·Σ_c max((l_c − n_c·m)², (h_c − n_c·m)²): no values between the limits have a
/// larger standard error. As a norm of convex functions of m this bound is convex, so m − t·SE is least, and m + t·SE greatest, at an end of what M can be.
/// </summary>
public sealed class ClusteredRange
{
    private readonly (double Low, double High, int Items)[] _clusters;
    private readonly int _items;

    private ClusteredRange((double Low, double High, int Items)[] clusters)
    {
        _clusters = clusters;
        _items = clusters.Sum(cluster => cluster.Items);
        (Least, Greatest) = (clusters.Sum(cluster => cluster.Low), clusters.Sum(cluster => cluster.High));
    }

    /// <summary>The least total.</summary>
    public double Least { get; }

    /// <summary>The greatest total.</summary>
    public double Greatest { get; }

    /// <summary>The range of items.</summary>
    /// <param name="lows">The least that each value can be.</param>
    /// <param name="highs">The greatest, as many.</param>
    /// <param name="clusters">The cluster of each item; null where each is its own.</param>
    /// <exception cref="ArgumentException">There are fewer than two clusters, or the lists differ in length.</exception>
    public static ClusteredRange Of(IReadOnlyList<double> lows, IReadOnlyList<double> highs, IReadOnlyList<string>? clusters)
    {
        ArgumentNullException.ThrowIfNull(lows);
        ArgumentNullException.ThrowIfNull(highs);
        if (lows.Count != highs.Count || (clusters is not null && clusters.Count != lows.Count))
            throw new ArgumentException($"{lows.Count} lows, {highs.Count} highs and {clusters?.Count} clusters do not belong together.", nameof(clusters));
        (double Low, double High, int Items)[] sums =
            [.. Enumerable.Range(0, lows.Count).GroupBy(i => clusters?[i] ?? i.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal).Select(cluster => (cluster.Sum(i => lows[i]), cluster.Sum(i => highs[i]), cluster.Count()))];
        return sums.Length >= 2 ? new ClusteredRange(sums) : throw new ArgumentException("A standard error needs two clusters at least.", nameof(clusters));
    }

    /// <summary>The mean of a total, with the largest standard error that values of this total can have.</summary>
    public ClusteredMean At(double total)
    {
        var mean = total / _items;
        var squares = _clusters.Sum(cluster => Math.Max(Square(cluster.Low - cluster.Items * mean), Square(cluster.High - cluster.Items * mean)));
        return new ClusteredMean(mean, Math.Sqrt(squares * _clusters.Length / (_clusters.Length - 1)) / _items, _items, _clusters.Length);
    }

    /// <summary>The least and the greatest mean that all clusters can have at once, so that there is no spread to go by; null where there is none.</summary>
    public (double Least, double Greatest)? Flat
    {
        get
        {
            var (least, greatest) = (_clusters.Max(cluster => cluster.Low / cluster.Items), _clusters.Min(cluster => cluster.High / cluster.Items));
            return least <= greatest ? (least, greatest) : null;
        }
    }

    private static double Square(double value) => value * value;
}
