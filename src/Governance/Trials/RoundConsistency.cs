using System.Globalization;
using Loragate.Artifacts.Records.Training;

namespace Loragate.Governance.Trials;

/// <summary>
/// Holds a report's rounds against what it says was planned: which trials each round had to have, by the order of the round before. Whoever leaves out a trial, or a round, eases what is demanded of the others, since
/// all that were tried are counted.
/// </summary>
internal static class RoundConsistency
{
    /// <summary>What does not hold; null where all does.</summary>
    /// <param name="report">A report whose runs and scores are whole.</param>
    /// <param name="planned">What it says was planned.</param>
    public static string? FaultOf(TrialReport report, PlannedTrials planned)
    {
        if (PlanFault(planned) is { } odd)
            return odd;
        if (!planned.Rounds.Select(round => round.Steps).SequenceEqual(report.Rounds.Select(round => round.Steps)))
            return "its rounds are others than the planned ones";
        var methods = planned.Methods.SelectMany(method => method.Value, (method, id) => (id, method.Key)).ToDictionary(each => each.id, each => each.Key, StringComparer.Ordinal);
        var left = planned.Methods.ToDictionary(method => method.Key, method => method.Value, StringComparer.Ordinal);
        var steps = planned.Rounds.Sum(round => round.Trials.Values.Sum(count => (long)count * round.Steps));
        foreach (var (index, round) in report.Rounds.Index())
        {
            var (number, places, isLast) = (index + 1, planned.Rounds[index].Trials, index == report.Rounds.Count - 1);
            if (round.Runs.FirstOrDefault(run => !methods.ContainsKey(run.Id)) is { } stranger)
                return Said(number, stranger.Id, "was not planned");
            if (!isLast && report.Retained is not null && round.Runs.FirstOrDefault(run => run is { Receipt: not null, Retained: null }) is { } unmeasured)
                return Said(number, unmeasured.Id, "has no score of what must not be forgotten, by which it is chosen who goes on");
            if (!round.Runs.Select(run => run.Id).SequenceEqual(TrialRanking.BestFirst(round.Runs, run => run, report.Retained, report.Margins.Retained).Select(run => run.Id), StringComparer.Ordinal))
                return string.Create(CultureInfo.InvariantCulture, $"the trials of round {number} do not stand in the order by which it is chosen who goes on");
            var lacks = false;
            foreach (var method in planned.Methods.Keys)
            {
                TrialRun[] runs = [.. round.Runs.Where(run => methods[run.Id] == method)];
                var (queue, count) = (left[method], places.GetValueOrDefault(method));
                if (Fault(number, queue, count, runs, isLast, out var lacksOne) is { } fault)
                    return fault;
                lacks |= lacksOne;
                steps += round.Steps * ((long)runs.Length - count);
                left[method] = [.. runs.Where(run => run.Receipt is not null).Select(run => run.Id), .. queue.Skip(runs.Length)];
            }
            if (lacks && (planned.Budget is not { } budget || steps + round.Steps <= budget))
                return "in its last round the next best did not take the place of one that was given up, and the budget has the steps";
        }
        return null;
    }

    /// <summary>Every method begins with all of its trials and is in every round from there to the last, with no more trials than in the one before.</summary>
    private static string? PlanFault(PlannedTrials planned)
    {
        if (planned.Rounds.Count == 0 || planned.Methods.Values.SelectMany(ids => ids).CountBy(id => id, StringComparer.Ordinal).Any(id => id.Value > 1) || planned.Rounds.Any(round => round.Trials.Keys.Any(method => !planned.Methods.ContainsKey(method))))
            return "it tells no plan that can be run";
        foreach (var (method, ids) in planned.Methods)
        {
            int[] counts = [.. planned.Rounds.Select(round => round.Trials.GetValueOrDefault(method)).SkipWhile(count => count == 0)];
            if (counts.Length == 0 || counts[0] != ids.Count || counts[^1] < 1 || counts.Zip(counts.Skip(1)).Any(pair => pair.Second > pair.First))
                return $"it tells a plan in which not all trials of {Artifacts.Printable.Of(method)} are tried";
        }
        return null;
    }

    /// <summary>A method's trials of a round are the best that are left of it: as many as there are places and, in the last round, one more for each that was given up, while others are waiting and the budget has the steps.</summary>
    /// <param name="number">The round.</param>
    /// <param name="queue">Those that are left, best first.</param>
    /// <param name="count">The places.</param>
    /// <param name="runs">Those that were run.</param>
    /// <param name="isLast">Whether the round is the last one.</param>
    /// <param name="lacks">Whether one that was given up was not replaced, as only a budget allows.</param>
    private static string? Fault(int number, IReadOnlyList<string> queue, int count, TrialRun[] runs, bool isLast, out bool lacks)
    {
        lacks = false;
        var next = queue.Take(runs.Length).ToHashSet(StringComparer.Ordinal);
        if (runs.FirstOrDefault(run => !next.Contains(run.Id)) is { } other)
            return Said(number, other.Id, "is there in the place of one that comes before it");
        if (runs.Length < Math.Min(count, queue.Count))
            return Said(number, queue[runs.Length], "is missing");
        var byId = runs.ToDictionary(run => run.Id, StringComparer.Ordinal);
        var at = 0;
        for (var missing = count; missing > 0 && at < queue.Count; at++)
        {
            if (at == runs.Length)
            {
                lacks = true;
                return null;
            }
            if (!isLast || byId[queue[at]].Receipt is not null || queue.Count - at - 1 < missing)
                missing--;
        }
        return at < runs.Length ? Said(number, queue[at], "has no place there") : null;
    }

    private static string Said(int round, string id, string what) => string.Create(CultureInfo.InvariantCulture, $"'{id}' of round {round} {what}");
}
