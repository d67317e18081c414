namespace Loragate.Governance.Statistics;

/// <summary>A share, by Wilson's score procedure.</summary>
/// <param name="Successes">k.</param>
/// <param name="Items">n.</param>
public sealed record WilsonEstimate(int Successes, int Items) : Estimate("wilson", (double)Successes / Items, Items, null)
{
    /// <inheritdoc/>
    public override double Lower(double alpha) => Wilson.LowerBound(Successes, Items, alpha);

    /// <inheritdoc/>
    public override double Upper(double alpha) => Wilson.UpperBound(Successes, Items, alpha);

    /// <inheritdoc/>
    public override double PBelow(double value) => Wilson.PBelow(Successes, Items, value);

    /// <inheritdoc/>
    public override double PAbove(double value) => Wilson.PAbove(Successes, Items, value);
}
