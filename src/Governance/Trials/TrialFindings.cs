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
    private readonly Dictionary<TrialScore, TrialItems> _items;
    private readonly List<TrialResult> _soundBestFirst;

    /// <summary>Judges a report's trials.</summary>
    /// <param name="report">A report without a fault.</param>
    /// <param name="alpha">α, of all trials together.</param>
    /// <param name="retained">How much of what must not be forgotten may be lost; null for what the plan allows.</param>
    /// <exception cref="ArgumentException">The report has a fault.</exception>
    public TrialFindings(TrialReport report, double alpha, double? retained = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (TrialConsistency.FaultOf(report) is { } fault)
            throw new ArgumentException(fault, nameof(report));
        (Report, _alpha, _retained) = (report, alpha, retained ?? report.Margins.Retained);
        _tried = TriedIn(report);
        _items = report.Results.Select(result => result.Task).Append(report.Task).Distinct().ToDictionary(score => score, score => new TrialItems(score));
        double[] gains = [.. report.Results.Select(result => OnTask(result).Difference.PAbove(0))];
        double[] both = [.. report.Results.Select((result, i) => OnRetained(result) is { } kept ? Math.Max(gains[i], kept.Difference.PAbove(-_retained)) : gains[i])];
        Better = Shown(report.Results, gains, _tried);
        Sound = Shown(report.Results, both, _tried);
        _soundBestFirst = [.. Sound.OrderByDescending(result => result.Task.Value)];
        Best = BestOf(Sound);
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

    /// <summary>Whether those that went on were chosen by the items of what must not be forgotten.</summary>
    public static bool IsChosenByRetained(TrialReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Retained is not null && report.Rounds.SkipLast(1).Any(round => round.Runs.Any(run => run.Retained is not null));
    }

    /// <summary>A bound from below as it is told, to a tenth of a point: rounded up it would claim more than is proved.</summary>
    public static double AtLeast(double share) => Math.Floor(1000 * share) / 1000;

    /// <summary>A bound from above as it is told, to a tenth of a point: rounded down it would claim more than is proved.</summary>
    public static double AtMost(double share) => Math.Ceiling(1000 * share) / 1000;

    /// <summary>How much better than the base a trial is at least: with 1 − α for all trials of all rounds together.</summary>
    public double LeastGain(TrialResult result) => OnTask(result).Difference.Lower(_alpha / _tried);

    /// <summary>How much of what must not be forgotten a trial loses at most, with 1 − α for all trials of all rounds together; null where nothing was measured.</summary>
    public double? MostLost(TrialResult result) => OnRetained(result) is { } kept ? Math.Max(0, -kept.Difference.Lower(_alpha / _tried)) : null;

    /// <summary>A trial held against the base on the task.</summary>
    public TrialComparison OnTask(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Compare(result.Task, Report.Task);
    }

    /// <summary>A trial held against the base on what must not be forgotten; null where nothing was measured.</summary>
    public TrialComparison? OnRetained(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Report.Retained is { } ofBase ? TrialComparison.Of(result.Retained!, ofBase) : null;
    }

    /// <summary>The best sound trial beside one, of equal ones the smallest; null where no other is sound.</summary>
    public TrialResult? BestBeside(TrialResult result) => BestOf(Sound.Where(other => other != result));

    /// <summary>The sound trial beside one that decides whether that one lies less than a margin behind all of them: the one of which it is shown least. Null where no other is sound.</summary>
    /// <param name="result">The trial.</param>
    /// <param name="margin">The margin, as a share of items.</param>
    public TrialResult? DecidingBeside(TrialResult result, double margin) => Sound.Where(other => other != result).MaxBy(other => PWithin(margin, result, other));

    /// <summary>
    /// The sound trials that are shown to lie less than a margin behind each other sound trial on the task: the largest of a trial's p-values (an intersection-union test, R. L. Berger, Technometrics 24, 1982),
    /// as the best observed may be its twin, beside which nothing is shown, and the best in truth another. After Holm over all that were run to their end: whoever takes one of them took it by the items that
    /// this is shown on, the best among them. Not all of these claims can be wrong, as one trial is the best.
    /// </summary>
    /// <param name="margin">The margin, as a share of items.</param>
    public IReadOnlyList<TrialResult> Near(double margin) => Shown(Sound, [.. Sound.Select(result => PWithin(margin, result))], Report.Results.Count, Report.Results.Count - 1);

    /// <summary>
    /// Those of some trials that are shown to be worse than another on the task, after Holm over them and for each trial that the other could have been: it was picked for its score, and luck picks
    /// the luckiest.
    /// </summary>
    /// <param name="some">The trials.</param>
    /// <param name="other">The other, none of them.</param>
    /// <param name="margin">How much worse, as a share of items.</param>
    public IReadOnlyList<TrialResult> Behind(IReadOnlyList<TrialResult> some, TrialResult other, double margin = 0)
    {
        var picked = Report.Results.Count(result => !some.Contains(result));
        return Shown(some, [.. some.Select(result => Math.Min(1, picked * Compare(result.Task, other.Task).Difference.PBelow(-margin)))], some.Count);
    }

    /// <summary>The trials that are shown to be better than another on the task, after Holm over all others that were run to their end.</summary>
    public IReadOnlyList<TrialResult> Ahead(TrialResult other)
    {
        List<TrialResult> others = [.. Report.Results.Where(result => result != other)];
        return Shown(others, [.. others.Select(result => Compare(result.Task, other.Task).Difference.PAbove(0))], others.Count);
    }

    private static TrialResult? BestOf(IEnumerable<TrialResult> results) => results.OrderByDescending(result => result.Task.Value).ThenBy(result => result.Bytes).FirstOrDefault();

    /// <summary>p of "less than a margin behind each other sound trial". Above α nothing is shown, whatever those say that were not asked yet.</summary>
    private double PWithin(double margin, TrialResult result)
    {
        var p = 0.0;
        foreach (var other in _soundBestFirst.Where(other => other != result).TakeWhile(_ => p <= _alpha))
            p = Math.Max(p, PWithin(margin, result, other));
        return p;
    }

    private double PWithin(double margin, TrialResult result, TrialResult other) => Compare(result.Task, other.Task).Difference.PAbove(-margin);

    private TrialComparison Compare(TrialScore one, TrialScore other) => ItemsOf(one).Against(ItemsOf(other));

    private TrialItems ItemsOf(TrialScore score) => _items.GetValueOrDefault(score) ?? new TrialItems(score);

    /// <summary>Those that are shown after Holm over so many claims, of which those that are not among them show nothing.</summary>
    private List<TrialResult> Shown(IReadOnlyList<TrialResult> results, double[] p, int claims, int? mostWrong = null)
    {
        var adjusted = Holm.Adjust([.. p, .. Enumerable.Repeat(1.0, claims - p.Length)], mostWrong);
        return [.. results.Where((_, i) => adjusted[i] <= _alpha)];
    }
}
