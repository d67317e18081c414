using System.Globalization;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Trials;

namespace Loragate.Cli.Trials;

/// <summary>The figures of trials as their tables write them.</summary>
internal static class TrialFigures
{
    /// <summary>What is not known, or not there.</summary>
    public const string None = "–";

    /// <summary>A score in per cent with its interval.</summary>
    public static string Share(TrialScore? score)
    {
        if (score is null)
            return None;
        var interval = TrialComparison.Interval(score);
        return $"{Percent(score.Value)} [{Percent(interval.Lower)}, {Percent(interval.Upper)}]";
    }

    /// <summary>Time on the wall, in brackets of the processors.</summary>
    public static string Time(Cost? training) => training is null ? None : $"{Number(training.Seconds, "0")} s ({Number(training.ProcessorSeconds, "0")} s)";

    public static string Memory(Cost? training) => training?.PeakBytes is { } peak ? Memory(peak) : None;

    public static string Memory(long bytes) => Number(bytes / 1e6, "0") + " MB";

    /// <summary>An estimate: time on the wall by what the machine draws.</summary>
    public static string Energy(Cost? training, double? watts) => training is null || watts is null ? None : Number(training.Seconds * watts.Value / 1e3, "0.0") + " kJ";

    /// <summary>Milliseconds of a token, in brackets how many of a hundred of the base's.</summary>
    public static string TokenTime(double? seconds, double? ofBase) => seconds is { } own && ofBase is { } its ? $"{Milliseconds(own)} ({Number(100 * own / its, "0")} %)" : None;

    public static string Milliseconds(double seconds) => Number(1e3 * seconds, "0.00") + " ms";

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double share) => Number(100 * share, "0.0");

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
