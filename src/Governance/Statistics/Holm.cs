namespace Loragate.Governance.Statistics;

/// <summary>
/// Holm's step-down correction: of m p-values in ascending order the k-th is multiplied by m − k + 1 and never falls below the one before.
/// Controls the family-wise error under any dependence (S. Holm, Scand. J. Statist. 6, 1979). Where the claims cannot all be wrong together, no p-value is multiplied by more than the number of those
/// that can (J. P. Shaffer, J. Amer. Statist. Assoc. 81, 1986).
/// </summary>
public static class Holm
{
    /// <summary>The adjusted p-values, at most 1, in the order of the raw ones.</summary>
    /// <param name="p">The raw ones.</param>
    /// <param name="mostWrong">How many of the claims can be wrong together; null for all.</param>
    /// <exception cref="ArgumentException">A p-value is NaN or outside 0 to 1.</exception>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> p, int? mostWrong = null)
    {
        ArgumentNullException.ThrowIfNull(p);
        PValues.Check(p);
        var adjusted = new double[p.Count];
        var (remaining, floor) = (p.Count, 0.0);
        foreach (var index in Enumerable.Range(0, p.Count).OrderBy(i => p[i]))
            adjusted[index] = floor = Math.Max(floor, Math.Min(1, p[index] * Math.Min(remaining--, mostWrong ?? p.Count)));
        return adjusted;
    }
}
