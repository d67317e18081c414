namespace Loragate.Governance.Statistics;

/// <summary>
/// How many items a test needs, by the normal approximation (J. Connor, Biometrics 43, 1987, for paired proportions; S. Julious, Statist.
/// Med. 23, 2004, for non-inferiority and equivalence). The variance of a paired difference of yes-or-no scores is ψ − Δ², with ψ the share of discordant pairs.
/// </summary>
public static class SampleSize
{
    private const int MostItems = 1_000_000_000;

    /// <summary>Var(dᵢ) = ψ − Δ² for paired yes-or-no scores.</summary>
    /// <param name="discordance">ψ: the share of items on which the models differ.</param>
    /// <param name="difference">Δ, the assumed true difference; |Δ| ≤ ψ.</param>
    public static double PairedVariance(double discordance, double difference) => discordance - difference * difference;

    /// <summary>Items for a one-sided test: n = ⌈(z₁₋α + z_power)²·σ²/D²⌉, at least 2.</summary>
    /// <param name="variance">σ² of one item.</param>
    /// <param name="distance">D &gt; 0: from the tested value to the assumed true one, δ + Δ for non-inferiority.</param>
    /// <param name="alpha">One-sided level.</param>
    /// <param name="power">Probability of showing it, where the assumptions hold.</param>
    public static int OneSided(double variance, double distance, double alpha, double power)
    {
        Check(variance, distance);
        var z = Normal.Quantile(1 - alpha) + Normal.Quantile(power);
        return Whole(z * z * variance / (distance * distance));
    }

    /// <summary>The smallest n with which two one-sided tests show |θ| &lt; δ with the wanted power.</summary>
    /// <param name="variance">σ² of one item.</param>
    /// <param name="margin">δ.</param>
    /// <param name="difference">θ, the assumed true value, strictly inside ±δ.</param>
    /// <param name="alpha">Level of each of the two tests.</param>
    /// <param name="power">Probability of showing it, where the assumptions hold.</param>
    public static int Equivalence(double variance, double margin, double difference, double alpha, double power)
    {
        Check(variance, margin - Math.Abs(difference));
        // One test's n is a lower limit, the same with half the error on each side an upper one.
        var low = OneSided(variance, margin - Math.Abs(difference), alpha, power);
        var high = OneSided(variance, margin - Math.Abs(difference), alpha, (1 + power) / 2);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (EquivalencePower(variance, margin, difference, alpha, middle) >= power)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    /// <summary>Φ((δ−θ)√n/σ − z) + Φ((δ+θ)√n/σ − z) − 1, at least 0.</summary>
    public static double EquivalencePower(double variance, double margin, double difference, double alpha, int items)
    {
        var (scale, z) = (Math.Sqrt(items / variance), Normal.Quantile(1 - alpha));
        return Math.Max(0, Normal.Cdf((margin - difference) * scale - z) + Normal.Cdf((margin + difference) * scale - z) - 1);
    }

    /// <summary>The power of a one-sided test with so many items: Φ(D√n/σ − z₁₋α).</summary>
    public static double OneSidedPower(double variance, double distance, double alpha, int items) =>
        Normal.Cdf(distance * Math.Sqrt(items / variance) - Normal.Quantile(1 - alpha));

    /// <summary>The smallest distance that so many items show with the wanted power: D = (z₁₋α + z_power)·σ/√n.</summary>
    public static double OneSidedDistance(double variance, double alpha, double power, int items) =>
        (Normal.Quantile(1 - alpha) + Normal.Quantile(power)) * Math.Sqrt(variance / items);

    /// <summary>The smallest margin δ inside which two one-sided tests on so many items show the assumed θ with the wanted power.</summary>
    public static double EquivalenceMargin(double variance, double difference, double alpha, double power, int items)
    {
        // As in Equivalence: half the error on each side is more than enough.
        var high = Math.Abs(difference) + OneSidedDistance(variance, alpha, (1 + power) / 2, items);
        return Bisection.Root(margin => power - EquivalencePower(variance, margin, difference, alpha, items), Math.Abs(difference), high);
    }

    private static int Whole(double items) => items < MostItems ? Math.Max(2, (int)Math.Ceiling(items)) : MostItems;

    private static void Check(double variance, double distance)
    {
        if (!(variance > 0 && double.IsFinite(variance)))
            throw new ArgumentOutOfRangeException(nameof(variance), variance, "A variance is positive.");
        if (!(distance > 0 && double.IsFinite(distance)))
            throw new ArgumentOutOfRangeException(nameof(distance), distance, "The assumed truth must lie on the side that is to be shown.");
    }
}
