namespace Loragate.Governance.Reports.Charts;

/// <summary>An axis on which equal distances are equal factors.</summary>
/// <param name="Low">The left end, above 0.</param>
/// <param name="High">The right end, above it.</param>
internal sealed record LogAxis(double Low, double High)
{
    private const double Room = 1.5;
    private const int MostTicks = 6;
    private static readonly double[][] Steps = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1]];

    /// <summary>The ticks, from left to right: at most six, at multiples of powers of ten as fine as that allows.</summary>
    public IReadOnlyList<double> Ticks
    {
        get
        {
            var ticks = Steps.Select(Of).FirstOrDefault(each => each.Count <= MostTicks) ?? Of(Steps[^1]);
            var apart = ((ticks.Count - 1) / MostTicks) + 1;
            return [.. ticks.Where((_, i) => i % apart == 0)];
        }
    }

    /// <summary>The axis that holds all values with room on both sides.</summary>
    /// <param name="values">Values above 0, at least one.</param>
    public static LogAxis Covering(IReadOnlyCollection<double> values) => new(values.Min() / Room, values.Max() * Room);

    /// <summary>Where a value lies between the ends: 0 to 1.</summary>
    public double Place(double value) => Math.Clamp(Math.Log(value / Low) / Math.Log(High / Low), 0, 1);

    private List<double> Of(double[] steps) =>
    [
        .. from power in Enumerable.Range((int)Math.Floor(Math.Log10(Low)), (int)Math.Ceiling(Math.Log10(High)) - (int)Math.Floor(Math.Log10(Low)) + 1)
           from step in steps
           let tick = step * Math.Pow(10, power)
           where tick >= Low && tick <= High
           select tick,
    ];
}
