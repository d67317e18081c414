using System.Globalization;

namespace Loragate.Governance.Statistics;

/// <summary>
/// How many items a test needs, by the normal approximation (J. Connor, Biometrics 43, 1987, for paired proportions; S. Julious, Statist.
/// Med. 23, 2004, for non-inferiority and equivalence). The variance of a paired difference of yes-or-no scores is ψ − Δ², with ψ the share of discordant pairs.
/// </summary>
public static class SampleSize
{
    /// <summary>Of more items no number is told: it stands for itself and all above.</summary>
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

    /// <summary>The power of a one-sided test with n items: Φ(D√n/σ − z₁₋α).</summary>
    /// <param name="variance">σ² of one item.</param>
    /// <param name="distance">D, from the assumed truth to the limit.</param>
    /// <param name="alpha">One-sided level.</param>
    /// <param name="items">n.</param>
    public static double OneSidedPower(double variance, double distance, double alpha, int items) =>
        Normal.Cdf(distance * Math.Sqrt(items / variance) - Normal.Quantile(1 - alpha));

    /// <summary>
    /// The minimum detectable distance D of a one-sided test with n items: (z₁₋α + z_power)·σ/√n, what <see cref="OneSided"/> solves for n.
    /// </summary>
    /// <param name="variance">σ² of one item.</param>
    /// <param name="items">n, at least 1.</param>
    /// <param name="alpha">One-sided level.</param>
    /// <param name="power">Probability of showing it, where the assumptions hold.</param>
    public static double Detectable(double variance, int items, double alpha, double power)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(items);
        return (Normal.Quantile(1 - alpha) + Normal.Quantile(power)) * Math.Sqrt(variance / items);
    }

    /// <summary>The smallest margin δ that two one-sided tests show with n items where the truth is θ: the root of <see cref="EquivalencePower"/> in δ.</summary>
    /// <param name="variance">σ² of one item.</param>
    /// <param name="difference">θ, the assumed true value.</param>
    /// <param name="items">n, at least 1.</param>
    /// <param name="alpha">Level of each of the two tests.</param>
    /// <param name="power">Probability of showing it, where the assumptions hold.</param>
    public static double DetectableMargin(double variance, double difference, int items, double alpha, double power)
    {
        var low = Math.Abs(difference) + Detectable(variance, items, alpha, power);
        var high = Math.Abs(difference) + Detectable(variance, items, alpha, (1 + power) / 2);
        return Bisection.Root(margin => power - EquivalencePower(variance, margin, difference, alpha, items), low, high);
    }

    /// <summary>A number of items in words: "172", or that it is more than are counted.</summary>
    public static string Words(int items) => items < MostItems ? items.ToString(CultureInfo.InvariantCulture) : "more than " + MostItems.ToString("N0", CultureInfo.InvariantCulture);

    private static int Whole(double items) => items < MostItems ? Math.Max(2, (int)Math.Ceiling(items)) : MostItems;

    private static void Check(double variance, double distance)
    {
        if (!(variance > 0 && double.IsFinite(variance)))
            throw new ArgumentOutOfRangeException(nameof(variance), variance, "A variance is positive.");
        if (!(distance > 0 && double.IsFinite(distance)))
            throw new ArgumentOutOfRangeException(nameof(distance), distance, "The assumed truth must lie on the side that is to be shown.");
    }
}
