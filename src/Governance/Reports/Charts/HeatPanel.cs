namespace Loragate.Governance.Reports.Charts;

/// <summary>One quantity over layers and modules.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Values">A row for each layer, a value for each module; null where the adapter changes nothing.</param>
/// <param name="Label">A value as text.</param>
internal sealed record HeatPanel(string Title, IReadOnlyList<IReadOnlyList<double?>> Values, Func<double, string> Label)
{
    /// <summary>The smallest and the largest value.</summary>
    public (double Low, double High) Range => (Finite.DefaultIfEmpty(0).Min(), Finite.DefaultIfEmpty(0).Max());

    private IEnumerable<double> Finite => Values.SelectMany(row => row).OfType<double>().Where(double.IsFinite);

    /// <summary>Where a value lies between them, 0 to 1.</summary>
    public double Place(double value)
    {
        var (low, high) = Range;
        return high > low && double.IsFinite(value) ? Math.Clamp((value - low) / (high - low), 0, 1) : 0;
    }
}
