using System.Globalization;

namespace Loragate.Governance.Deciding;

/// <summary>How sentences write a metric: shares in percent and points, other metrics as they are.</summary>
/// <param name="IsShare">Whether every score is 0 or 1.</param>
internal sealed record Unit(bool IsShare)
{
    /// <summary>A value of the metric.</summary>
    public string Level(double value) => IsShare ? Text(100 * value, "0.0") + " %" : Text(value, "0.####");

    /// <summary>A difference between two values.</summary>
    public string Difference(double value) => IsShare ? Text(100 * value, "0.0") + " points" : Text(value, "0.####");

    /// <summary>A difference with its sign.</summary>
    public string Change(double value) => IsShare ? Text(100 * value, "+0.0;-0.0;0.0") : Text(value, "+0.####;-0.####;0");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
