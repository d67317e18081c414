namespace Loragate.Governance.Statistics;

/// <summary>
/// The difference of two paired shares of clustered items, by Tango's score procedure on the counts divided by the design effect (J. Rao, A. Scott,
/// "A simple method for the analysis of clustered binary data", Biometrics 48, 1992), with t on G − 1 degrees of freedom. The t interval on the
/// clustered standard error itself is too bold where few items differ: few changes make both the mean and its error small.
/// </summary>
/// <param name="Gained">g.</param>
/// <param name="Lost">l.</param>
/// <param name="Difference">(g − l)/n with its clustered standard error, above 0.</param>
public sealed record ClusteredPairedShareEstimate(int Gained, int Lost, ClusteredMean Difference)
    : Estimate("rao-scott-tango", Difference.Mean, Difference.Items, Difference.Clusters)
{
    /// <summary>The clustered variance over that of independent items.</summary>
    private double DesignEffect =>
        Difference.StandardError * Difference.StandardError * Difference.Items / (((double)Gained + Lost) / Difference.Items - Difference.Mean * Difference.Mean);

    /// <inheritdoc/>
    public override double Lower(double alpha) => Bound(StudentT.Quantile(1 - alpha, Difference.Degrees));

    /// <inheritdoc/>
    public override double Upper(double alpha) => Bound(-StudentT.Quantile(1 - alpha, Difference.Degrees));

    /// <inheritdoc/>
    public override double PBelow(double value) => StudentT.Cdf(Score(value), Difference.Degrees);

    /// <inheritdoc/>
    public override double PAbove(double value) => StudentT.UpperTail(Score(value), Difference.Degrees);

    private double Bound(double t) => TangoScore.Bound(Gained / DesignEffect, Lost / DesignEffect, Difference.Items / DesignEffect, t);

    private double Score(double value) => TangoScore.Score(Gained / DesignEffect, Lost / DesignEffect, Difference.Items / DesignEffect, value);
}
