using Loragate.Artifacts;
using Loragate.Artifacts.Records.Training;

namespace Loragate.Governance.Trials;

/// <summary>Holds what a report of trials says against itself. A score's mean, interval and number of items stand nowhere: they are computed from its items' scores, so that nobody can tell others.</summary>
public static class TrialConsistency
{
    /// <summary>Why nothing can be read from a report; null where it can.</summary>
    public static string? FaultOf(TrialReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report switch
        {
            { Results.Count: 0 } or { Rounds.Count: 0 } => "it has no results",
            { Margins: not { Task: > 0 and < 1, Retained: >= 0 and < 1 } } => "its margins are no shares",
            _ when report.Results.DistinctBy(result => result.Id).Count() < report.Results.Count => "a trial comes twice",
            _ when Names(report).FirstOrDefault(name => !TrialFiles.IsPlain(name)) is { } name => $"'{Printable.Of(name)}' is no name of a trial or task",
            _ => RoundFault(report) ?? ResultFault(report) ?? ScoreFault(report) ?? (report.Planned is { } planned ? RoundConsistency.FaultOf(report, planned) : null),
        };
    }

    /// <summary>All names that stand in the names of files.</summary>
    private static IEnumerable<string> Names(TrialReport report) =>
        report.Rounds.SelectMany(round => round.Runs).SelectMany(run => new[] { run.Id, run.Retained?.Task }).Concat(report.Results.SelectMany(result => new[] { result.Task.Task, result.Retained?.Task })).Append(report.Task.Task).Append(report.Retained?.Task).OfType<string>();

    private static string? RoundFault(TrialReport report)
    {
        HashSet<string> seen = new(StringComparer.Ordinal), given = new(StringComparer.Ordinal);
        foreach (var (index, round) in report.Rounds.Index())
        {
            if (round.Runs.CountBy(run => run.Id, StringComparer.Ordinal).FirstOrDefault(run => run.Value > 1).Key is { } twice)
                return $"'{twice}' comes twice in round {index + 1}";
            if (round.Runs.FirstOrDefault(run => given.Contains(run.Id)) is { } revenant)
                return $"'{revenant.Id}' of round {index + 1} was given up before";
            if (report.Planned is null && round.Runs.FirstOrDefault(run => index > 0 && !seen.Contains(run.Id)) is { } stranger)
                return $"'{stranger.Id}' of round {index + 1} was in no round before";
            if (round.Runs.FirstOrDefault(run => run is not ({ Receipt: not null, ValidationLoss: not null, Fault: null } or { Receipt: null, ValidationLoss: null, Fault: not null })) is { } neither)
                return $"'{neither.Id}' of round {index + 1} was neither trained nor given up";
            seen.UnionWith(round.Runs.Select(run => run.Id));
            given.UnionWith(round.Runs.Where(run => run.Receipt is null).Select(run => run.Id));
        }
        return null;
    }

    /// <summary>Whoever leaves a trial out eases what is demanded of the others.</summary>
    private static string? ResultFault(TrialReport report)
    {
        TrialRun[] trained = [.. report.Rounds[^1].Runs.Where(run => run.Receipt is not null)];
        if (report.Results.FirstOrDefault(result => trained.All(run => run.Id != result.Id)) is not null)
            return "a result is of no trial of the last round";
        if (trained.FirstOrDefault(run => report.Results.All(result => result.Id != run.Id)) is { } missing)
            return $"'{missing.Id}' was trained to its end and has no result";
        if (!trained.Select(run => run.Id).SequenceEqual(report.Results.Select(result => result.Id), StringComparer.Ordinal))
            return "its results stand in another order than the last round";
        return report.Results.Zip(trained).FirstOrDefault(pair => pair.First.ValidationLoss != pair.Second.ValidationLoss) is ({ } other, _)
            ? $"'{other.Id}' has another validation loss than in the last round"
            : null;
    }

    private static string? ScoreFault(TrialReport report)
    {
        if (!report.Results.Select(result => result.Task).Prepend(report.Task).All(score => IsLike(score, report.Task)))
            return "its scores are not of the same items from 0 to 1";
        var retained = report.Results.Select(result => result.Retained).Concat(report.Rounds.SelectMany(round => round.Runs).Select(run => run.Retained).OfType<TrialScore>()).Prepend(report.Retained);
        return retained.All(score => report.Retained is null ? score is null : score is not null && IsLike(score, report.Retained))
            ? null
            : "its scores of what must not be forgotten are not of the same items from 0 to 1";
    }

    private static bool IsLike(TrialScore score, TrialScore other) =>
        (score.Task, score.Metric, score.Data, score.Items) == (other.Task, other.Metric, other.Data, other.Items) && score.Items > 0 && score.Scores.All(value => value is >= 0 and <= 1);
}
