namespace Loragate.Governance.Statistics;

/// <summary>
/// The mean of clusters that all show the same value v of a quantity with known limits. A t interval would have no width; instead, of G
/// clusters none deviates, so the share of deviating clusters is at most 1 − α^(1/G) (Clopper and Pearson's bound for k = 0), and each could
/// deviate as far as the quantity's limits.
/// </summary>
/// <param name="Value">v.</param>
/// <param name="Least">The least value that the quantity can have.</param>
/// <param name="Greatest">The greatest.</param>
/// <param name="Items">Items used.</param>
/// <param name="Clusters">G.</param>
public sealed record UnvaryingEstimate(double Value, double Least, double Greatest, int Items, int? Clusters)
    : Estimate("cluster-zero-events", Value, Items, Clusters)
{
    private double Units => Clusters ?? Items;

    /// <inheritdoc/>
    public override double Lower(double alpha) => Value - (Value - Least) * Share(alpha);

    /// <inheritdoc/>
    public override double Upper(double alpha) => Value + (Greatest - Value) * Share(alpha);

    /// <inheritdoc/>
    public override double PBelow(double value) => value <= Value ? 1 : Chance((value - Value) / (Greatest - Value));

    /// <inheritdoc/>
    public override double PAbove(double value) => value >= Value ? 1 : Chance((Value - value) / (Value - Least));

    private double Share(double alpha) => 1 - Math.Pow(alpha, 1 / Units);

    /// <summary>The chance that no cluster deviates when a share s of them does: (1 − s)^G.</summary>
    private double Chance(double share) => share >= 1 ? 0 : Math.Pow(1 - share, Units);
}
