using System.Globalization;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Statistics;

namespace Loragate.Cli.Trials;

/// <summary>Which trial to build on, or none, and why: a pure function of the report.</summary>
/// <param name="Id">The trial; null where none is worth it.</param>
/// <param name="Reasons">Why, in words.</param>
internal sealed record Recommendation(string? Id, IReadOnlyList<string> Reasons)
{
    private const double Alpha = 0.05;
    private const double FullRank = 0.8;

    /// <summary>
    /// Of the trials that are shown to be better than the base and shown not to forget more than the margin, the one with the fewest bytes among those within the 95 % interval of the best.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="margin">How much of what must not be forgotten may be lost, as a share of items.</param>
    public static Recommendation Of(TrialReport report, double margin)
    {
        var better = report.Results.Where(r => Lower(r.Task) > 0).ToList();
        if (better.Count == 0)
            return new Recommendation(null, [$"No trial is shown to be better than the base on {report.Task.Task}: keep the base, or bring more data or steps."]);
        var sound = better.Where(r => r.Retained is null || Lower(r.Retained) > -margin).ToList();
        if (sound.Count == 0)
            return new Recommendation(null, [$"Every trial that is better on {report.Task.Task} is not shown to keep {report.Retained!.Task} within {Percent(margin)} points: add texts of the base's own kind to the data, train for fewer steps or at a lower rate."]);
        var best = sound.MaxBy(r => (r.Task.Value, -r.Bytes))!;
        var bound = Wilson.Interval((int)Math.Round(best.Task.Value * best.Task.Items), best.Task.Items, 1 - Alpha).Lower;
        var chosen = sound.Where(r => r.Task.Value >= bound).MinBy(r => r.Bytes)!;
        var forgetful = better.Except(sound).Where(r => r.Task.Value > best.Task.Value).Select(r => $"{r.Id} has {Percent(r.Task.Value)} %, but is not shown to keep {r.Retained!.Task} within {Percent(margin)} points.");
        return new Recommendation(chosen.Id, [.. Because(report, best, chosen, bound), .. forgetful]);
    }

    private static IEnumerable<string> Because(TrialReport report, TrialResult best, TrialResult chosen, double bound)
    {
        yield return $"{chosen.Id} has {Percent(chosen.Task.Value)} % on {chosen.Task.Task}, the base {Percent(report.Task.Value)} %: {chosen.Task.Gained} items gained, {chosen.Task.Lost} lost; at least {Percent(Lower(chosen.Task))} points better (one-sided, 95 %).";
        if (chosen.Retained is { } retained)
            yield return $"On {retained.Task} it loses at most {Percent(Math.Max(0, -Lower(retained)))} points (one-sided, 95 %).";
        yield return chosen == best
            ? "No trial that may be taken is better."
            : $"{best.Id} has {Percent(best.Task.Value)} %, but {chosen.Id} lies within its interval (from {Percent(bound)} %) at {Percent((double)chosen.Bytes / best.Bytes)} % of its bytes.";
        if (chosen.Method.Name is not ("lora" or "dora"))
            yield return $"A low-rank update is not the answer here: none that was tried does as well with so few bytes. {(chosen.Method.Name == "full" ? "The whole model has to be distributed and judged" : "It stays live beside the base: it cannot be merged, and the gate does not judge it")}.";
        if (chosen.Spectrum.Count > 0 && chosen.Spectrum.Average(m => m.RankOfEnergy / (double)m.Rank) > FullRank)
            yield return "Its updates use nearly every direction that they have: try a higher rank.";
        else if (chosen.Spectrum.Count > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"Its updates use {chosen.Spectrum.Average(m => m.EffectiveRank):0.#} of {chosen.Spectrum.Average(m => m.Rank):0.#} directions on average.");
        if (chosen.Layers.Count > 0)
            yield return $"Layer {chosen.Layers.MaxBy(l => l.Loss)!.Layer} matters most, layer {chosen.Layers.MinBy(l => l.Loss)!.Layer} least.";
    }

    private static double Lower(TrialScore score) => TangoScore.LowerBound(score.Gained, score.Lost, score.Items, Alpha);

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture);
}
