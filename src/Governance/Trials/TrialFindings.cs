using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Trials;

/// <summary>
/// What a report shows, over all of its trials together. A trial is sound if it is shown to be better than the base and to keep what must not be forgotten: the larger of the two p-values
/// (an intersection-union test), after Holm over all trials of all rounds, so that among many no useless one is taken for sound by luck more often than α. Those that went no further count
/// too: who went on was chosen by the items to retain, and among more that are tried luck finds more.
/// </summary>
public sealed class TrialFindings
{
    private readonly double _alpha;
    private readonly int _tried;
    private readonly double _retained;

    /// <summary>Judges a report's trials.</summary>
    /// <param name="report">A report without a fault.</param>
    /// <param name="alpha">α, of all trials together.</param>
    /// <param name="retained">How much of what must not be forgotten may be lost; null for what the plan allows.</param>
    /// <exception cref="ArgumentException">The report has a fault.</exception>
    public TrialFindings(TrialReport report, double alpha, double? retained = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (FaultOf(report) is { } fault)
            throw new ArgumentException(fault, nameof(report));
        (Report, _alpha, _retained) = (report, alpha, retained ?? report.Margins.Retained);
        _tried = TriedIn(report);
        double[] gains = [.. report.Results.Select(result => OnTask(result).Difference.PAbove(0))];
        double[] both = [.. report.Results.Select((result, i) => OnRetained(result) is { } kept ? Math.Max(gains[i], kept.Difference.PAbove(-_retained)) : gains[i])];
        Better = Shown(report.Results, gains, _tried);
        Sound = Shown(report.Results, both, _tried);
        Best = Sound.Count == 0 ? null : Sound.MaxBy(result => (result.Task.Value, -result.Bytes));
    }

    /// <summary>The report.</summary>
    public TrialReport Report { get; }

    /// <summary>The trials that are shown to be better than the base.</summary>
    public IReadOnlyList<TrialResult> Better { get; }

    /// <summary>The trials that are shown to be better than the base and to keep what must not be forgotten.</summary>
    public IReadOnlyList<TrialResult> Sound { get; }

    /// <summary>The sound trial with the highest score, of equal ones the smallest; null where none is sound.</summary>
    public TrialResult? Best { get; }

    /// <summary>How many trials a report has, those that went no further than an earlier round among them.</summary>
    public static int TriedIn(TrialReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Rounds.SelectMany(round => round.Runs).DistinctBy(run => run.Id).Count();
    }

    /// <summary>How much better than the base a trial is at least: with 1 − α for all trials of all rounds together.</summary>
    public double LeastGain(TrialResult result) => OnTask(result).Difference.Lower(_alpha / _tried);

    /// <summary>How much of what must not be forgotten a trial loses at most, with 1 − α for all trials of all rounds together; null where nothing was measured.</summary>
    public double? MostLost(TrialResult result) => OnRetained(result) is { } kept ? Math.Max(0, -kept.Difference.Lower(_alpha / _tried)) : null;

    /// <summary>A trial held against the base on the task.</summary>
    public TrialComparison OnTask(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return TrialComparison.Of(result.Task, Report.Task);
    }

    /// <summary>A trial held against the base on what must not be forgotten; null where nothing was measured.</summary>
    public TrialComparison? OnRetained(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Report.Retained is { } ofBase ? TrialComparison.Of(result.Retained!, ofBase) : null;
    }

    /// <summary>Those of some trials that are shown to lie less than a margin behind another on the task, after Holm over them.</summary>
    public IReadOnlyList<TrialResult> Within(double margin, IReadOnlyList<TrialResult> some, TrialResult other) =>
        Shown(some, [.. some.Select(result => TrialComparison.Of(result.Task, other.Task).Difference.PAbove(-margin))], some.Count);

    /// <summary>Those of some trials that are shown to be worse than another on the task, after Holm over them.</summary>
    public IReadOnlyList<TrialResult> Behind(IReadOnlyList<TrialResult> some, TrialResult other) =>
        Shown(some, [.. some.Select(result => TrialComparison.Of(result.Task, other.Task).Difference.PBelow(0))], some.Count);

    /// <summary>Those of some trials that are shown to be better than another on the task, after Holm over them.</summary>
    public IReadOnlyList<TrialResult> Ahead(IReadOnlyList<TrialResult> some, TrialResult other) =>
        Shown(some, [.. some.Select(result => TrialComparison.Of(result.Task, other.Task).Difference.PAbove(0))], some.Count);

    /// <summary>Why nothing can be read from a report; null where it can.</summary>
    public static string? FaultOf(TrialReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var last = report.Rounds.Count == 0 ? [] : report.Rounds[^1].Runs;
        return report switch
        {
            { Results.Count: 0 } or { Rounds.Count: 0 } => "it has no results",
            { Margins: not { Task: > 0 and < 1, Retained: >= 0 and < 1 } } => "its margins are no shares",
            _ when report.Results.DistinctBy(result => result.Id).Count() < report.Results.Count => "a trial comes twice",
            _ when report.Results.Any(result => !last.Any(run => run.Id == result.Id && run.Receipt is not null)) => "a result is of no trial of the last round",
            _ when !report.Results.Select(result => result.Task).Prepend(report.Task).All(score => IsLike(score, report.Task)) => "its scores are not of the same items from 0 to 1",
            _ when report.Results.Any(result => (result.Retained is null) != (report.Retained is null) || result.Retained is { } kept && !IsLike(kept, report.Retained!)) || report.Retained is { } ofBase && !IsLike(ofBase, ofBase) =>
                "its scores of what must not be forgotten are not of the same items from 0 to 1",
            _ => null,
        };
    }

    private static bool IsLike(TrialScore score, TrialScore other) =>
        (score.Task, score.Metric, score.Data, score.Items) == (other.Task, other.Metric, other.Data, other.Items) && score.Items > 0 && score.Scores.All(value => value is >= 0 and <= 1);

    /// <summary>Those that are shown after Holm over so many claims, of which those that were not measured to the end show nothing.</summary>
    private List<TrialResult> Shown(IReadOnlyList<TrialResult> results, double[] p, int claims)
    {
        var adjusted = Holm.Adjust([.. p, .. Enumerable.Repeat(1.0, claims - p.Length)]);
        return [.. results.Where((_, i) => adjusted[i] <= _alpha)];
    }
}
