namespace Loragate.Governance.Statistics;

/// <summary>What the corrections for several tests demand of their arguments.</summary>
internal static class PValues
{
    /// <exception cref="ArgumentException">A p-value is NaN or outside 0 to 1.</exception>
    public static void Check(IReadOnlyList<double> p)
    {
        if (p.Any(value => !(value is >= 0 and <= 1)))
            throw new ArgumentException("A p-value lies between 0 and 1.", nameof(p));
    }
}
