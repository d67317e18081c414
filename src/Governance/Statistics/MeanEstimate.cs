namespace Loragate.Governance.Statistics;

/// <summary>A mean, by the t procedure on its standard error.</summary>
/// <param name="Procedure">"clustered-t", or "t" where items are independent.</param>
/// <param name="Mean">The mean and its standard error.</param>
/// <param name="Clusters">Clusters, null where items are independent.</param>
public sealed record MeanEstimate(string Procedure, ClusteredMean Mean, int? Clusters) : Estimate(Procedure, Mean.Mean, Mean.Items, Clusters)
{
    /// <inheritdoc/>
    public override double Lower(double alpha) => Mean.LowerBound(alpha);

    /// <inheritdoc/>
    public override double Upper(double alpha) => Mean.UpperBound(alpha);

    /// <inheritdoc/>
    public override double PBelow(double value) => Mean.PBelow(value);

    /// <inheritdoc/>
    public override double PAbove(double value) => Mean.PAbove(value);
}
