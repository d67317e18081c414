using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Trials;

/// <summary>
/// Successive halving (Jamieson and Talwalkar, arXiv 1502.07943), for each method by itself: its trials are run for the round's steps, and the best one in η
/// go on, until so many as are asked for have all steps. Losses of different methods after a few steps say little about which does better in the end, so
/// methods meet in the last round alone. Each round begins anew, since a learning rate follows its schedule over the steps that it has.
/// </summary>
internal static class Halving
{
    /// <summary>The rounds of each method's n trials: n, ⌈n/η⌉, ⌈n/η²⌉ … down to the finalists, each with η times the steps of the one before and the last with all of them.</summary>
    /// <param name="trials">n, by the method's name.</param>
    /// <param name="steps">Steps of the last round.</param>
    /// <param name="eta">η, at least 2.</param>
    /// <param name="finalists">How many trials of a method the last round has at most.</param>
    public static IReadOnlyList<PlannedRound> Rounds(IReadOnlyDictionary<string, int> trials, int steps, int eta, int finalists)
    {
        var counts = trials.ToDictionary(method => method.Key, method => Counts(method.Value, eta, finalists), StringComparer.Ordinal);
        var last = counts.Values.Max(count => count.Count) - 1;
        return
        [
            .. Enumerable.Range(0, last + 1).Select(round => new PlannedRound(
                Math.Max(1, (int)(steps / Math.Pow(eta, last - round))),
                counts.Where(method => round >= last + 1 - method.Value.Count).ToDictionary(method => method.Key, method => method.Value[round - (last + 1 - method.Value.Count)], StringComparer.Ordinal))),
        ];
    }

    private static List<int> Counts(int trials, int eta, int finalists)
    {
        var counts = new List<int> { trials };
        while (counts[^1] > finalists)
            counts.Add(Math.Max(finalists, (counts[^1] + eta - 1) / eta));
        return counts;
    }
}
