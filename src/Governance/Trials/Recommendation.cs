using System.Globalization;
using Loragate.Artifacts.Records.Training;

namespace Loragate.Governance.Trials;

/// <summary>Which trial to build on, or none, and why: a pure function of the report.</summary>
/// <param name="Id">The trial; null where none is worth it.</param>
/// <param name="Best">The sound trial with the highest score; null where none is sound.</param>
/// <param name="LowRank">What the trials say of low-rank updates; null where no trial is recommended.</param>
/// <param name="Reasons">Why, in words.</param>
public sealed record Recommendation(string? Id, string? Best, LowRankFinding? LowRank, IReadOnlyList<string> Reasons)
{
    /// <summary>α, of each kind of claim over all trials together.</summary>
    public const double Alpha = 0.05;

    private const double FullRank = 0.8;
    private const int TellingRank = 8;
    private const string Factors = "lora";
    private const string Whole = "full";

    /// <summary>
    /// Of the sound trials (<see cref="TrialFindings"/>) the best, and those that are shown to lie less than the plan's margin behind it and each other sound one on the same items: of these the one with the fewest bytes, a
    /// low-rank update before anything else, since the gate judges and merges only those.
    /// </summary>
    /// <param name="report">A report without a fault.</param>
    /// <param name="retained">How much of what must not be forgotten may be lost, as a share of items; null for what the plan allows.</param>
    public static Recommendation Of(TrialReport report, double? retained = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        var (findings, margin) = (new TrialFindings(report, Alpha, retained), retained ?? report.Margins.Retained);
        if (findings.Better.Count == 0)
            return new Recommendation(null, null, null, [$"No trial is shown to be better than the base on {report.Task.Task}: keep the base, or bring more data or steps."]);
        if (findings.Best is not { } best)
        {
            return new Recommendation(
                null, null, null,
                [report.Retained is { } kept
                    ? $"No trial is shown both to be better on {report.Task.Task} and to keep {kept.Task} within {Percent(margin)} points: add texts of the base's own kind to the data, train for fewer steps or at a lower rate."
                    : throw new InvalidOperationException("Without anything to retain, what is better is sound.")]);
        }
        List<TrialResult> near = [best, .. findings.Near(report.Margins.Task).Where(result => result != best)];
        var chosen = near.OrderBy(result => !result.Method.IsLowRank).ThenBy(result => result.Bytes).First();
        var lowRank = LowRankOf(findings, chosen);
        return new Recommendation(chosen.Id, best.Id, lowRank, [.. Because(findings, margin, best, chosen), .. OfMethod(findings, margin, chosen, lowRank), .. OfUpdates(findings, chosen), .. OfData(report)]);
    }

    private static IEnumerable<string> Because(TrialFindings findings, double margin, TrialResult best, TrialResult chosen)
    {
        var (report, tried) = (findings.Report, TrialFindings.TriedIn(findings.Report));
        var together = tried == 1 ? "one-sided, 95 %" : string.Create(CultureInfo.InvariantCulture, $"one-sided, 95 % for all {tried} trials together");
        var onTask = findings.OnTask(chosen);
        yield return $"{chosen.Id} has {Percent(chosen.Task.Value)} % on {chosen.Task.Task}, the base {Percent(report.Task.Value)} %: {onTask.Gained} items gained, {onTask.Lost} lost; at least {Percent(TrialFindings.AtLeast(Math.Max(0, findings.LeastGain(chosen))))} points better ({together}).";
        if (findings.MostLost(chosen) is { } lost)
            yield return $"On {chosen.Retained!.Task} it loses at most {Percent(Math.Min(margin, TrialFindings.AtMost(lost)))} points ({together}).";
        yield return chosen == best
            ? "No trial that may be taken has a higher score."
            : $"{best.Id} has {Percent(best.Task.Value)} %, but {chosen.Id} is shown to lie less than {Percent(report.Margins.Task)} points behind it on the same items, at {Percent((double)chosen.Bytes / best.Bytes)} % of its bytes.";
        var ahead = findings.Ahead(chosen);
        foreach (var result in findings.Better.Except(findings.Sound).Where(result => result.Task.Value > best.Task.Value))
            yield return $"{result.Id} has {Percent(result.Task.Value)} %{(ahead.Contains(result) ? ", and is shown to have learnt more" : "")}, but it is not shown to keep {result.Retained!.Task} within {Percent(margin)} points: with texts to replay, another rate or more steps the gap may close from either side.";
        if (report.Results.Count > 1)
            yield return $"It was chosen among {report.Results.Count} by the items that it is scored on, so its own score is optimistic: the gate has to measure it on items that nothing was chosen by.";
        if (TrialFindings.IsChosenByRetained(report))
            yield return $"Which of the {tried} that were tried went on was chosen by {report.Retained!.Task}, so what it keeps of that is optimistic too.";
    }

    private static IEnumerable<string> OfMethod(TrialFindings findings, double margin, TrialResult chosen, LowRankFinding lowRank)
    {
        var tried = findings.Report.Results.Where(result => result.Method.IsLowRank).ToList();
        if (lowRank != LowRankFinding.Chosen)
            yield return chosen.Method.Name == Whole ? "The whole model has to be distributed, and the gate judges adapters: extract a low-rank update from it, or judge it by other means." : "It stays live beside the base: it cannot be merged, and the gate does not judge it.";
        if (lowRank == LowRankFinding.NotTheAnswer)
            yield return $"A low-rank update is not the answer here, at the ranks and rates that were tried: {Listed(tried)} {(tried.Count == 1 ? "is" : "are")} shown to do worse than {chosen.Id} on the same items.";
        else if (lowRank == LowRankFinding.Undecided)
        {
            var behind = findings.Behind(tried, chosen);
            yield return $"Whether a low-rank update does as well is not decided: {string.Join("; ", tried.GroupBy(result => Against(result, findings, margin, behind, chosen)).Select(same => $"{Listed(same)} {(same.Count() == 1 ? "is" : "are")} {same.Key}"))}. More items, other rates or ranks would tell.";
        }
        else if (lowRank == LowRankFinding.NotTried)
            yield return WithoutLowRank(findings.Report);
    }

    /// <summary>Why no low-rank update was run to its end, as far as the report tells.</summary>
    private static string WithoutLowRank(TrialReport report)
    {
        var planned = (report.Planned?.Methods ?? new Dictionary<string, IReadOnlyList<string>>()).Where(method => TrainedMethod.IsLowRankName(method.Key)).SelectMany(method => method.Value).ToHashSet(StringComparer.Ordinal);
        if (planned.Count == 0)
            return "No low-rank update was run to its end: add one to the plan before anything is said of LoRA.";
        var faults = report.Rounds.SelectMany(round => round.Runs).Where(run => run.Fault is not null && planned.Contains(run.Id)).Select(run => $"{run.Id} was given up ({run.Fault})").ToList();
        return $"No low-rank update was run to its end{(faults.Count == 0 ? "" : $": {string.Join("; ", faults)}")}. Try other rates or more steps before anything is said of LoRA.";
    }

    private static IEnumerable<string> OfUpdates(TrialFindings findings, TrialResult chosen)
    {
        if (chosen.Spectrum.Count > 0 && chosen.Method.Name == Factors)
            yield return OfRank(findings, chosen);
        if (findings.Report.Results.FirstOrDefault(result => result.Method.Name == Whole && result.Spectrum.Count > 0) is { } whole)
            yield return OfWhole(whole, chosen);
        if (chosen.Layers.Count > 1)
            yield return $"Layer {chosen.Layers.MaxBy(l => l.Loss)!.Layer} matters most, layer {chosen.Layers.MinBy(l => l.Loss)!.Layer} least.";
    }

    /// <summary>What a task is worth whose rows were in the data.</summary>
    private static IEnumerable<string> OfData(TrialReport report) => (report.Screened ?? []).Where(task => task.Overlapping.Count > 0)
        .Select(task => $"{task.Overlapping.Count} of the {task.Rows} rows of {task.Name} overlap with the data that the trials saw: what they score there is no sign of what they can do with new rows.");

    /// <summary>Why a low-rank trial that is not shown to do as well is not taken.</summary>
    private static string Against(TrialResult result, TrialFindings findings, double margin, IReadOnlyList<TrialResult> behind, TrialResult chosen) => result switch
    {
        _ when behind.Contains(result) => $"shown to do worse than {chosen.Id}",
        _ when !findings.Better.Contains(result) => "not shown to be better than the base",
        _ when !findings.Sound.Contains(result) => $"not shown to keep {result.Retained!.Task} within {Percent(margin)} points",
        _ => $"shown neither to lie within {Percent(findings.Report.Margins.Task)} points of each other that may be taken nor to do worse than {chosen.Id}",
    };

    private static string Listed(IEnumerable<TrialResult> results) => string.Join(", ", results.Select(result => $"{result.Id} ({Percent(result.Task.Value)} %)"));

    /// <summary>Full fine-tuning's change has what rank the data asks for, and no rank that was tried bounds it.</summary>
    private static string OfWhole(TrialResult whole, TrialResult chosen)
    {
        var modules = whole.Spectrum;
        var beside = chosen.Method.Name == Factors && chosen.Spectrum.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {chosen.Id} has {chosen.Spectrum.Average(m => m.Rank):0.#}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Full fine-tuning's change ({whole.Id}) has an effective rank of {modules.Average(m => m.EffectiveRank):0.#} on average: {modules.Average(m => m.RankOfEnergy):0.#} of {modules.Average(m => m.Rank):0.#} directions hold 90 % of its energy, {modules.Average(m => m.RankOfNearlyAll):0.#} hold 99 %{beside}.");
    }

    /// <summary>A trial of a higher rank tells more than any spectrum; and few directions are nearly always all used.</summary>
    private static string OfRank(TrialFindings findings, TrialResult chosen)
    {
        var (rank, effective) = (chosen.Spectrum.Average(m => m.Rank), chosen.Spectrum.Average(m => m.EffectiveRank));
        var higher = findings.Report.Results.Where(result => result.Method.Name == chosen.Method.Name && result.Spectrum.Count > 0 && result.Spectrum.Average(m => m.Rank) > rank).ToList();
        var used = string.Create(CultureInfo.InvariantCulture, $"Its updates use {effective:0.#} of {rank:0.#} directions on average");
        return higher switch
        {
            { Count: > 0 } => $"{used}; of higher rank {Listed(higher)} {(higher.Count == 1 ? "was" : "were")} tried.",
            _ when rank < TellingRank => $"{used}: of so few, that does not tell whether more would help; a trial of a higher rank would.",
            _ when chosen.Spectrum.Average(m => m.RankOfEnergy / (double)m.Rank) > FullRank => $"{used}, nearly every one that they have: try a higher rank.",
            _ => $"{used}: more rank is not what is missing.",
        };
    }

    private static LowRankFinding LowRankOf(TrialFindings findings, TrialResult chosen)
    {
        var tried = findings.Report.Results.Where(result => result.Method.IsLowRank).ToList();
        return chosen switch
        {
            _ when chosen.Method.IsLowRank => LowRankFinding.Chosen,
            _ when tried.Count == 0 => LowRankFinding.NotTried,
            _ when findings.Behind(tried, chosen).Count == tried.Count => LowRankFinding.NotTheAnswer,
            _ => LowRankFinding.Undecided,
        };
    }

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture);
}
