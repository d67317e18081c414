namespace Loragate.Governance.Statistics;

/// <summary>
/// Benjamini and Hochberg's step-up correction: of m p-values in ascending order the k-th is multiplied by m/k and never rises above the one
/// after. Controls the share of false findings among the findings, for independent or positively dependent tests (J. R. Statist. Soc. B 57, 1995).
/// It is for looking around in slices; a verdict uses <see cref="Holm"/>.
/// </summary>
public static class BenjaminiHochberg
{
    /// <summary>The adjusted p-values, at most 1, in the order of the raw ones.</summary>
    /// <exception cref="ArgumentException">A p-value is NaN or outside 0 to 1.</exception>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> p)
    {
        ArgumentNullException.ThrowIfNull(p);
        PValues.Check(p);
        var adjusted = new double[p.Count];
        var (rank, ceiling) = (p.Count, 1.0);
        foreach (var index in Enumerable.Range(0, p.Count).OrderByDescending(i => p[i]))
            adjusted[index] = ceiling = Math.Min(ceiling, p[index] * p.Count / rank--);
        return adjusted;
    }
}
