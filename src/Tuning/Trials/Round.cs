namespace Loragate.Tuning.Trials;

/// <summary>
/// A round of successive halving (Jamieson and Talwalkar, arXiv 1502.07943): every trial that is left is run for the round's steps, and the best go on. Each round begins anew, since a learning
/// rate follows its schedule over the steps that it has.
/// </summary>
/// <param name="Trials">Trials that are run.</param>
/// <param name="Steps">Steps of each.</param>
public sealed record Round(int Trials, int Steps)
{
    /// <summary>The rounds of n trials: n, ⌈n/η⌉, ⌈n/η²⌉ … down to the last η or fewer, each with η times the steps of the one before and the last with all of them.</summary>
    /// <param name="trials">n.</param>
    /// <param name="steps">Steps of the last round.</param>
    /// <param name="halving">η; null for one round of all.</param>
    public static IReadOnlyList<Round> Of(int trials, int steps, int? halving)
    {
        if (halving is not { } eta)
            return [new Round(trials, steps)];
        var counts = new List<int> { trials };
        while (counts[^1] > eta)
            counts.Add((counts[^1] + eta - 1) / eta);
        if (counts[^1] > 1)
            counts.Add(1);
        var share = 1;
        var rounds = new List<Round>();
        foreach (var count in Enumerable.Reverse(counts))
        {
            rounds.Insert(0, new Round(count, Math.Max(1, steps / share)));
            share *= eta;
        }
        return rounds;
    }
}
