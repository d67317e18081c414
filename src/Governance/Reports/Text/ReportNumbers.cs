using System.Globalization;

namespace Loragate.Governance.Reports.Text;

/// <summary>Numbers, dates and sizes as the report's language writes them; the machine's culture plays no part.</summary>
internal sealed class ReportNumbers(ReportText text)
{
    private const double MostWritten = 1e9;
    private const double Smallest = 1e-9;
    private static readonly string[] SizeUnits = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>A share as points or percent with one decimal, other quantities with four significant digits.</summary>
    public string Quantity(double value, QuantityKind kind) => kind switch
    {
        QuantityKind.Change => text.Fill("unit.points", ("value", Points(value))),
        QuantityKind.Gap => text.Fill("unit.points", ("value", Tenth(value))),
        QuantityKind.Share => text.Fill("unit.percent", ("value", Plain(100 * value, "0.0"))),
        QuantityKind.RawChange => text.Fill("unit.number", ("value", Plain(value, $"+#,0.{Decimals(value)};−#,0.{Decimals(value)};0"))),
        QuantityKind.Raw => text.Fill("unit.number", ("value", Plain(value, $"#,0.{Decimals(value)};−#,0.{Decimals(value)}"))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A quantity that a policy sets, unrounded as far as anybody writes one.</summary>
    public string QuantityInFull(double value, QuantityKind kind) => kind switch
    {
        QuantityKind.Change => text.Fill("unit.points", ("value", Plain(100 * value, "+0.0###;−0.0###;0.0"))),
        QuantityKind.Gap => text.Fill("unit.points", ("value", Plain(100 * value, "0.0###"))),
        QuantityKind.Share => text.Fill("unit.percent", ("value", Plain(100 * value, "0.0###"))),
        _ => Quantity(value, kind),
    };

    /// <summary>A quantity without its unit, for a column whose head names it.</summary>
    public string Bare(double value, QuantityKind kind) => kind switch
    {
        QuantityKind.Change => Points(value),
        QuantityKind.Gap => Tenth(value),
        _ => Quantity(value, kind),
    };

    /// <summary>How many of a hundred that were measured, with a decimal: two rounded ones differ by another number than the true ones.</summary>
    public string Hundredths(double share) => Plain(100 * share, Math.Abs(100 * share) is > 0 and < 0.1 ? "0.0##" : "0.0");

    /// <summary>How many of a hundred that a policy allows, unrounded as far as anybody writes one: 1.25 is not 1.3.</summary>
    public string HundredthsInFull(double share) => Plain(100 * share, "0.####");

    /// <summary>An estimate with its bounds, the unit written once where it is a word.</summary>
    public string Interval(double estimate, double lower, double upper, QuantityKind kind) =>
        text.Fill("unit.interval", ("estimate", Quantity(estimate, kind)), ("lower", Bare(lower, kind)), ("upper", Bare(upper, kind)));

    /// <summary>The confidence of a one-sided bound at level α, percent.</summary>
    public static string Confidence(double alpha) => (100 * (1 - alpha)).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A count with its thousands apart.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A number with one decimal.</summary>
    public static string Tenths(double value) => value.ToString("#,0.0", CultureInfo.InvariantCulture);

    /// <summary>A share as a percentage that still tells small ones from none.</summary>
    public string Percent(double share) => double.IsFinite(share)
        ? text.Fill("unit.percent", ("value", (100 * share) is > 0 and < 0.01 ? "<0.01" : Plain(100 * share, "0.00")))
        : text["report.none"];

    /// <summary>A share that a policy sets as a percentage, unrounded as far as anybody writes one.</summary>
    public string PercentInFull(double share) => double.IsFinite(share) ? text.Fill("unit.percent", ("value", Plain(100 * share, "0.00######"))) : text["report.none"];

    /// <summary>A measured share as a percentage, with as many digits as tell it from its limit.</summary>
    public string PercentBeside(double share, double limit) => Percent(share) == Percent(limit) ? PercentInFull(share) : Percent(share);

    /// <summary>A share as a whole percentage, for an axis.</summary>
    public string WholePercent(double share) => text.Fill("unit.percent", ("value", Count((long)Math.Round(100 * share))));

    /// <summary>A day.</summary>
    public string Day(DateOnly day) => text.Language == ReportLanguage.Japanese
        ? day.ToString("yyyy'年'M'月'd'日'", CultureInfo.InvariantCulture)
        : day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>A moment, UTC, to the minute.</summary>
    public string Moment(DateTimeOffset moment) => text.Language == ReportLanguage.Japanese
        ? moment.UtcDateTime.ToString("yyyy'年'M'月'd'日' H'時'mm'分（協定世界時）'", CultureInfo.InvariantCulture)
        : moment.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A file's size, decimal units.</summary>
    public static string Size(long bytes)
    {
        var value = (double)bytes;
        var unit = 0;
        for (; value >= 1000 && unit < SizeUnits.Length - 1; unit++)
            value /= 1000;
        return $"{value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture)} {SizeUnits[unit]}";
    }

    /// <summary>A size as an axis has it: without a decimal that is 0.</summary>
    public static string Tick(double bytes) => Size((long)bytes).Replace(".0 ", " ", StringComparison.Ordinal);

    /// <summary>As many decimals as give four significant digits.</summary>
    private static string Decimals(double value) => Math.Abs(value) switch
    {
        >= 1000 => "",
        >= 100 => "#",
        >= 10 => "##",
        >= 1 => "###",
        >= Smallest and var small => new string('#', 3 - (int)Math.Floor(Math.Log10(small))),
        _ => "####",
    };

    private string Tenth(double value) => Plain(100 * value, "0.0");

    private string Points(double value) => Plain(100 * value, "+0.0;−0.0;0.0");

    private string Plain(double value, string format) => Math.Abs(value) switch
    {
        < MostWritten => value.ToString(format, CultureInfo.InvariantCulture),
        < double.PositiveInfinity => value.ToString("0.###e+0", CultureInfo.InvariantCulture).Replace('-', '−'),
        _ => text["report.none"], // infinite, or no number
    };
}
