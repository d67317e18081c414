namespace Loragate.Governance.Statistics;

/// <summary>The difference of two shares on the same items, by Tango's score procedure.</summary>
/// <param name="Gained">Items that only the candidate got right.</param>
/// <param name="Lost">Items that only the base got right.</param>
/// <param name="Items">All items.</param>
public sealed record PairedShareEstimate(int Gained, int Lost, int Items)
    : Estimate("tango-score", (double)(Gained - Lost) / Items, Items, null)
{
    /// <inheritdoc/>
    public override double Lower(double alpha) => TangoScore.LowerBound(Gained, Lost, Items, alpha);

    /// <inheritdoc/>
    public override double Upper(double alpha) => TangoScore.UpperBound(Gained, Lost, Items, alpha);

    /// <inheritdoc/>
    public override double PBelow(double value) => TangoScore.PBelow(Gained, Lost, Items, value);

    /// <inheritdoc/>
    public override double PAbove(double value) => TangoScore.PAbove(Gained, Lost, Items, value);
}
