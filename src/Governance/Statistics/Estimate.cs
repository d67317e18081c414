namespace Loragate.Governance.Statistics;

/// <summary>An estimate with one-sided bounds and the one-sided tests that belong to them.</summary>
/// <param name="Procedure">The procedure's name, from which the numbers can be computed again.</param>
/// <param name="Value">The point estimate.</param>
/// <param name="Items">Items used.</param>
/// <param name="Clusters">Clusters, where items are clustered.</param>
public abstract record Estimate(string Procedure, double Value, int Items, int? Clusters)
{
    /// <summary>The one-sided lower 1 − α bound.</summary>
    public abstract double Lower(double alpha);

    /// <summary>The one-sided upper 1 − α bound.</summary>
    public abstract double Upper(double alpha);

    /// <summary>p of "the true value is below <paramref name="value"/>".</summary>
    public abstract double PBelow(double value);

    /// <summary>p of "the true value is above <paramref name="value"/>".</summary>
    public abstract double PAbove(double value);
}
