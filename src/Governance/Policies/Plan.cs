namespace Loragate.Governance.Policies;

/// <summary>
/// What was assumed when a rule's number of items was computed, written down before the first run. The spread is given either as the share of
/// items on which the models differ (yes-or-no scores, paired) or as the standard deviation of one item's value.
/// </summary>
/// <param name="Discordance">ψ, the share of discordant items; null where a deviation is given.</param>
/// <param name="Deviation">σ of one item's value, or of one item's paired difference; null where a discordance is given.</param>
/// <param name="Power">The wanted probability of passing where the assumptions hold.</param>
/// <param name="AssumedDifference">
/// The assumed truth: candidate − base (in the better direction) for paired rules, value − minimum or share − neutral for the others.
/// </param>
/// <param name="DesignEffect">How much clusters inflate the variance: 1 + (m − 1)·ICC for m items a cluster (L. Kish, Survey Sampling, 1965); 1 without clusters.</param>
public sealed record Plan(double? Discordance, double? Deviation, double Power, double AssumedDifference, double DesignEffect)
{
    /// <summary>σ² of one item, design effect included: (σ² or ψ − Δ²)·deff.</summary>
    public double Variance =>
        DesignEffect * (Deviation is { } sigma ? sigma * sigma : Statistics.SampleSize.PairedVariance(Discordance ?? double.NaN, AssumedDifference));
}
