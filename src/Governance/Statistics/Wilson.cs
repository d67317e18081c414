namespace Loragate.Governance.Statistics;

/// <summary>
/// The score test and interval of a proportion: all p with |p̂ − p| ≤ z·√(p(1−p)/n), that is
/// (p̂ + z²/2n ± z·√(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n) (E. B. Wilson, JASA 22, 1927). It holds its level on the average over p, so that independent items
/// have <see cref="ClopperPearson"/>; here n need not be whole, as those that clusters leave.
/// </summary>
internal static class Wilson
{
    /// <summary>(p̂ − p)/√(p(1 − p)/n); beyond 0 and 1 infinite.</summary>
    public static double Score(double share, double items, double proportion)
    {
        var excess = share - proportion;
        return excess == 0 ? 0 : excess / Math.Sqrt(Math.Max(0, proportion * (1 - proportion) / items));
    }

    /// <summary>The p with a score of ±z.</summary>
    public static Bounds Bound(double p, double n, double z)
    {
        var centre = p + z * z / (2 * n);
        var half = Math.Abs(z) * Math.Sqrt(p * (1 - p) / n + z * z / (4 * n * n));
        var scale = 1 + z * z / n;
        return new Bounds(
            p == 0 ? 0 : Math.Max(0, (centre - half) / scale),
            p == 1 ? 1 : Math.Min(1, (centre + half) / scale));
    }
}
