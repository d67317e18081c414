using System.Globalization;

namespace Loragate.Governance.Reports.Charts;

/// <summary>A linear axis with round ticks.</summary>
/// <param name="Low">The left end.</param>
/// <param name="High">The right end.</param>
/// <param name="Step">The distance of two ticks.</param>
internal sealed record Axis(double Low, double High, double Step)
{
    private const int MostTicks = 7;
    private static readonly double[] Steps = [1, 2, 5, 10];

    /// <summary>The ticks, from left to right.</summary>
    public IEnumerable<double> Ticks => Enumerable.Range(0, (int)Math.Round((High - Low) / Step) + 1).Select(i => Low + (i * Step));

    /// <summary>The axis that holds all finite values and zero.</summary>
    public static Axis Covering(IEnumerable<double> values)
    {
        var finite = values.Where(value => Math.Abs(value) < 1e12).Append(0).ToArray();
        var (low, high) = (finite.Min(), finite.Max());
        var span = high > low ? high - low : 1;
        var rough = span / (MostTicks - 2);
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * Steps.First(each => each * power >= rough * (1 - 1e-9));
        return new Axis(Math.Floor(low / step) * step, Math.Ceiling((high > low ? high : 1) / step) * step, step);
    }

    /// <summary>Where a value lies between the ends: 0 to 1, clamped; NaN lies at the left end.</summary>
    public double Place(double value) => double.IsNaN(value) ? 0 : Math.Clamp((value - Low) / (High - Low), 0, 1);

    /// <summary>A tick's label.</summary>
    public string Label(double tick) =>
        (Math.Abs(tick) < Step / 1e6 ? 0 : tick).ToString(Step < 1 ? "+0.####;−0.####;0" : "+0;−0;0", CultureInfo.InvariantCulture);
}
