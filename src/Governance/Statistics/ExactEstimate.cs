namespace Loragate.Governance.Statistics;

/// <summary>A share, by the exact binomial procedure of Clopper and Pearson.</summary>
/// <param name="Successes">k.</param>
/// <param name="Items">n.</param>
public sealed record ExactEstimate(int Successes, int Items) : Estimate("clopper-pearson", (double)Successes / Items, Items, null)
{
    /// <inheritdoc/>
    public override double Lower(double alpha) => ClopperPearson.LowerBound(Successes, Items, alpha);

    /// <inheritdoc/>
    public override double Upper(double alpha) => ClopperPearson.UpperBound(Successes, Items, alpha);

    /// <inheritdoc/>
    public override double PBelow(double value) => ClopperPearson.PBelow(Successes, Items, value);

    /// <inheritdoc/>
    public override double PAbove(double value) => ClopperPearson.PAbove(Successes, Items, value);
}
