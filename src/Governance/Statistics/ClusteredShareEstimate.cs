namespace Loragate.Governance.Statistics;

/// <summary>
/// A share of clustered items, by Wilson's score procedure on the counts divided by the design effect (J. Rao, A. Scott, "A simple method for the analysis of
/// clustered binary data", Biometrics 48, 1992), with t on G − 1 degrees of freedom. The t interval on the clustered standard error itself
/// is too bold near 0 and 1, where few hits make both the mean and its error small.
/// </summary>
/// <param name="Successes">k.</param>
/// <param name="Mean">k/n with its clustered standard error, above 0.</param>
public sealed record ClusteredShareEstimate(int Successes, ClusteredMean Mean) : Estimate("rao-scott-wilson", Mean.Mean, Mean.Items, Mean.Clusters)
{
    private double EffectiveItems => Mean.Mean * (1 - Mean.Mean) / (Mean.StandardError * Mean.StandardError);

    /// <inheritdoc/>
    public override double Lower(double alpha) => Bound(alpha).Lower;

    /// <inheritdoc/>
    public override double Upper(double alpha) => Bound(alpha).Upper;

    /// <inheritdoc/>
    public override double PBelow(double value) => StudentT.Cdf(Score(value), Mean.Degrees);

    /// <inheritdoc/>
    public override double PAbove(double value) => StudentT.UpperTail(Score(value), Mean.Degrees);

    private Bounds Bound(double alpha) => Wilson.Bound(Value, EffectiveItems, StudentT.Quantile(1 - alpha, Mean.Degrees));

    private double Score(double value) => Wilson.Score(Value, EffectiveItems, value);
}
