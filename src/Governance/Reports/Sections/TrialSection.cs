using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Reports.Charts;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;
using Loragate.Governance.Trials;

namespace Loragate.Governance.Reports.Sections;

/// <summary>The proof of concept: ways of tuning side by side, what each does and costs; nothing where the gate was given no trials.</summary>
internal sealed class TrialSection(ReportText text) : Section(text)
{
    private const double LeastSeconds = 0.1;

    /// <summary>Whether there are trials that say something.</summary>
    public static bool IsTold(ReportContents contents) => contents.Trials is { } trials && TrialConsistency.FaultOf(trials) is null;

    /// <summary>Whether it tells what the training of this adapter took: it is one of the trials, and somebody measured it.</summary>
    public static bool TellsCost(ReportContents contents) =>
        IsTold(contents) && OwnIn(contents) is { } own && (contents.TrialCosts?.Costs ?? []).FirstOrDefault(cost => cost.Round == contents.Trials!.Rounds.Count && cost.Id == own)?.Training is not null;

    /// <summary>The trial of the last round that made this adapter.</summary>
    private static string? OwnIn(ReportContents contents) =>
        contents.Training?.ComputeDigest() is { } receipt ? contents.Trials!.Rounds[^1].Runs.FirstOrDefault(run => run.Receipt == receipt)?.Id : null;

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        if (!IsTold(contents))
            yield break;
        var trials = contents.Trials!;
        var costs = (contents.TrialCosts?.Costs ?? []).Where(cost => cost.Round == trials.Rounds.Count).DistinctBy(cost => cost.Id).ToDictionary(cost => cost.Id, StringComparer.Ordinal);
        var own = OwnIn(contents);
        yield return new Heading(Text["trials.heading"]);
        yield return new Paragraph(Lead(trials), Look.Body, 4) { KeepWithNext = true };
        foreach (var task in (trials.Screened ?? []).Where(task => task.Overlapping.Count > 0))
            yield return new Paragraph(Text.Fill("trials.overlap", ("count", ReportNumbers.Count(task.Overlapping.Count)), ("rows", ReportNumbers.Count(task.Rows)), ("task", task.Name)), Look.Body, 4) { KeepWithNext = true };
        yield return new Paragraph(Proof(contents), Look.Body, 4) { KeepWithNext = true };
        yield return Results(contents, trials, costs, own);
        if (Total(trials, contents.TrialCosts) is { } total)
            yield return new Paragraph(total, Look.Body, 4);
        foreach (var sentence in Advice(trials))
            yield return new Paragraph(sentence, Look.Body, 4);
        yield return new Paragraph(Text["trials.chart"], Look.Body, 4) { KeepWithNext = true };
        yield return new ScatterPlot(Text["trials.by-bytes"], trials.Task.Value, [.. trials.Results.Select((result, i) => Point(result, i, Math.Max(result.Bytes, 1), ReportNumbers.Size(result.Bytes)))], ReportNumbers.Tick, Numbers.WholePercent) { Link = Cell.AnchorOf(contents.RecordOf(Dossier.TrialsFile)) };
        if (trials.Results.Index().Where(each => costs.GetValueOrDefault(each.Item.Id)?.Training is not null).ToArray() is { Length: > 0 } timed)
            yield return new ScatterPlot(Text["trials.by-time"], trials.Task.Value, [.. timed.Select(each => Point(each.Item, each.Index, Math.Max(costs[each.Item.Id].Training!.Seconds, LeastSeconds), Seconds(costs[each.Item.Id].Training!.Seconds)))], Seconds, Numbers.WholePercent) { Link = Cell.AnchorOf(contents.RecordOf(Dossier.TrialCostsFile)) };
        yield return new Paragraph(Text["trials.machine"], Look.SmallMuted);
        foreach (var block in new TrialChanges(Text).Compose(trials, own, contents.RecordOf(Dossier.TrialsFile)))
            yield return block;
    }

    private string Lead(TrialReport trials)
    {
        var (tried, measured) = (TrialFindings.TriedIn(trials), trials.Task);
        return Text.Fill(
            tried == 1 ? "trials.lead-one" : "trials.lead", ("count", ReportNumbers.Count(tried)), ("base", trials.Base.Name), ("name", trials.Name),
            ("items", Text.Fill(measured.Items == 1 ? "figures.item" : "figures.items", ("items", ReportNumbers.Count(measured.Items)))), ("task", measured.Task), ("metric", measured.Metric));
    }

    /// <summary>Who vouches for the figures: the gate's finding counts where the gate's own signatures do.</summary>
    private string Proof(ReportContents contents) => contents.TrialsSigner is { } key
        ? Text.Fill(contents.SignaturesAreChecked ? "trials.signed" : "trials.unchecked", ("key", key.Hex))
        : Text["trials.unproved"];

    private Table Results(ReportContents contents, TrialReport trials, Dictionary<string, TrialCost> costs, string? own) => new(
        [
            (Text["trials.way"], 0.20f), (Text.Fill("trials.score", ("metric", trials.Task.Metric)), 0.13f), (Text["trials.against"], 0.14f), (Text["trials.retained"], 0.12f),
            (Text["trials.bytes"], 0.11f), (Text["trials.time"], 0.09f), (Text["trials.memory"], 0.09f), (Text["trials.speed"], 0.12f),
        ],
        [
            [Cell.Of(Text["trials.base"]), Cell.Of(Score(trials.Task)).From(contents.RecordOf(Dossier.TrialsFile)), Cell.Of(Text["report.none"]), Cell.Of(Retained(trials.Retained)).From(contents.RecordOf(Dossier.TrialsFile)), .. Enumerable.Repeat(Cell.Of(Text["report.none"]), 3), Cell.Of(costs.Values.Any(cost => cost.BaseTokenSeconds is not null) ? Numbers.WholePercent(1) : Text["report.none"]).From(contents.RecordOf(Dossier.TrialCostsFile))],
            .. trials.Results.Select((result, i) => Row(contents, result, i, costs.GetValueOrDefault(result.Id), result.Id == own)),
        ]);

    private IReadOnlyList<Cell> Row(ReportContents contents, TrialResult result, int index, TrialCost? told, bool isOwn)
    {
        var (trials, watts, cost) = (contents.Trials!, contents.TrialCosts?.Watts, told?.Training);
        var (report, spent) = (contents.RecordOf(Dossier.TrialsFile), contents.RecordOf(Dossier.TrialCostsFile));
        var rate = Text.Fill("trials.rate", ("rate", TunedWords.Rate(result.LearningRate)));
        var against = TrialComparison.Of(result.Task, trials.Task);
        return
        [
            new Cell([new CellText($"{Number(index)}. {TunedWords.Of(result.Method, Text)}", Look.SmallStrong), new CellText(isOwn ? Text.Fill("trials.own", ("rate", rate)) : rate, Look.SmallMuted), new CellText(result.Id, Look.SmallMuted)]),
            Cell.Of(Score(result.Task)).From(report),
            new Cell([new CellText(Numbers.Quantity(result.Task.Value - trials.Task.Value, QuantityKind.Change), Look.Small), new CellText(Text.Fill("trials.moved", ("gained", ReportNumbers.Count(against.Gained)), ("lost", ReportNumbers.Count(against.Lost))), Look.SmallMuted)]).From(report),
            Cell.Of(Retained(result.Retained)).From(report),
            new Cell([new CellText(ReportNumbers.Size(result.Bytes), Look.Small), new CellText(Text.Fill("trials.trained", ("count", ReportNumbers.Count(result.Parameters))), Look.SmallMuted)]).From(report),
            cost is null
                ? Cell.Of(Text["report.none"])
                : new Cell([new CellText(Seconds(cost.Seconds), Look.Small), .. watts is { } drawn ? [new CellText(Text.Fill("trials.energy", ("value", ReportNumbers.Tenths(cost.Seconds * drawn / 1e3))), Look.SmallMuted)] : Array.Empty<CellText>()]).From(spent),
            Cell.Of(cost?.PeakBytes is { } peak ? ReportNumbers.Size(peak) : Text["report.none"]).From(cost?.PeakBytes is null ? null : spent),
            Speed(told) is { Count: > 0 } speed ? new Cell(speed).From(spent) : Cell.Of(Text["report.none"]),
        ];
    }

    /// <summary>How fast it generates, live and merged, the original being 100 %.</summary>
    private List<CellText> Speed(TrialCost? cost)
    {
        List<CellText> told = [];
        if (cost is { BaseTokenSeconds: { } ofBase, TokenSeconds: > 0 and { } live })
            told.Add(new CellText(Text.Fill("trials.live", ("value", Numbers.WholePercent(ofBase / live))), Look.Small));
        if (cost is { BaseTokenSeconds: { } its, MergedTokenSeconds: > 0 and { } merged })
            told.Add(new CellText(Text.Fill("trials.built-in", ("value", Numbers.WholePercent(its / merged))), Look.Small));
        if (cost?.LackedBytes is not null)
            told.Add(new CellText(Text["trials.built-in-lacked"], Look.SmallMuted));
        return told;
    }

    /// <summary>What the trials of all rounds took, as far as it is known; null where nobody knows it of any.</summary>
    private string? Total(TrialReport trials, TrialCosts? costs)
    {
        Cost[] known = [.. (costs?.Costs ?? []).Select(cost => cost.Training).OfType<Cost>()];
        var all = trials.Rounds.Sum(round => round.Runs.Count);
        var (count, time) = (("count", ReportNumbers.Count(known.Length)), ("time", Seconds(known.Sum(cost => cost.Seconds))));
        return known.Length switch
        {
            0 => null,
            var some when some < all => Text.Fill("trials.total-known", count, time, ("all", ReportNumbers.Count(all))),
            _ => Text.Fill("trials.total", count, time),
        };
    }

    /// <summary>What the trials recommend, as <see cref="Recommendation"/> finds it.</summary>
    private IEnumerable<string> Advice(TrialReport trials)
    {
        var advice = Recommendation.Of(trials);
        if (advice.Id is null)
        {
            yield return Text[trials.Retained is null ? "trials.none-better" : "trials.none"];
            yield break;
        }
        var (chosen, index) = trials.Results.Select((result, i) => (result, i)).First(each => each.result.Id == advice.Id);
        yield return Text.Fill(
            "trials.build", ("way", $"{Number(index)}. {TunedWords.Of(chosen.Method, Text)}"), ("gain", Numbers.Quantity(TrialFindings.AtLeast(Math.Max(0, new TrialFindings(trials, Recommendation.Alpha).LeastGain(chosen))), QuantityKind.Change)));
        if (advice.LowRank is LowRankFinding.NotTheAnswer or LowRankFinding.Undecided)
            yield return Text[advice.LowRank == LowRankFinding.NotTheAnswer ? "trials.low-rank-worse" : "trials.low-rank-undecided"];
        if (trials.Results.Count > 1)
            yield return Text.Fill("trials.optimistic", ("count", ReportNumbers.Count(trials.Results.Count)));
        if (TrialFindings.IsChosenByRetained(trials))
            yield return Text.Fill("trials.optimistic-retained", ("count", ReportNumbers.Count(TrialFindings.TriedIn(trials))));
    }

    private ScatterPoint Point(TrialResult result, int index, double x, string cost)
    {
        var interval = TrialComparison.Interval(result.Task);
        return new ScatterPoint(Number(index), x, result.Task.Value, interval.Lower, interval.Upper, $"{Number(index)}. {TunedWords.Of(result.Method, Text)} {Numbers.Quantity(result.Task.Value, QuantityKind.Share)}, {cost}");
    }

    private string Score(TrialScore score)
    {
        var interval = TrialComparison.Interval(score);
        return Numbers.Interval(score.Value, interval.Lower, interval.Upper, QuantityKind.Share);
    }

    private string Retained(TrialScore? score) => score is null ? Text["report.none"] : Score(score);

    private string Seconds(double seconds) => Text.Fill("trials.seconds", ("value", seconds < 10 ? ReportNumbers.Tenths(seconds) : ReportNumbers.Count((long)Math.Round(seconds))));

    private static string Number(int index) => ReportNumbers.Count(index + 1);
}
