namespace Loragate.Governance.Statistics;

/// <summary>
/// Holm's step-down correction: of m p-values in ascending order the k-th is multiplied by m − k + 1 and never falls below the one before.
/// Controls the family-wise error under any dependence (S. Holm, Scand. J. Statist. 6, 1979).
/// </summary>
public static class Holm
{
    /// <summary>The adjusted p-values, at most 1, in the order of the raw ones.</summary>
    /// <exception cref="ArgumentException">A p-value is NaN or outside 0 to 1.</exception>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        PValues.Check(p);
        var adjusted = new double[p.Count];
        var (remaining, floor) = (p.Count, 0.0);
        foreach (var index in Enumerable.Range(0, p.Count).OrderBy(i => p[i]))
            adjusted[index] = floor = Math.Max(floor, Math.Min(1, p[index] * remaining--));
        return adjusted;
    }
}
