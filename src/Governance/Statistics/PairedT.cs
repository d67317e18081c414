namespace Loragate.Governance.Statistics;

/// <summary>Student's paired t test of differences dᵢ: t = d̄ / (s_d/√n) on n − 1 degrees of freedom (Student, Biometrika 6, 1908).</summary>
/// <param name="Difference">d̄ with its standard error.</param>
/// <param name="T">The statistic; 0 where d̄ = 0.</param>
/// <param name="PTwoSided">P(|T| ≥ |t|).</param>
public sealed record PairedT(ClusteredMean Difference, double T, double PTwoSided)
{
    /// <summary>Tests the differences.</summary>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    public static PairedT Of(IReadOnlyList<double> differences)
    {
        var mean = ClusteredMean.Of(differences);
        var t = mean.Mean == 0 ? 0 : mean.Mean / mean.StandardError;
        return new PairedT(mean, t, StudentT.TwoSided(t, mean.Degrees));
    }

    /// <summary>The two-sided interval of a confidence level such as 0.95.</summary>
    public Bounds Interval(double level) => new(Difference.LowerBound((1 - level) / 2), Difference.UpperBound((1 - level) / 2));
}
