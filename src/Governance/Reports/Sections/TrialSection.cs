using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Reports.Charts;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Reports.Sections;

/// <summary>The proof of concept: ways of tuning side by side, what each does and costs; nothing where the gate was given no trials.</summary>
internal sealed class TrialSection(ReportText text) : Section(text)
{
    private const double Level = 0.95;
    private const double LeastSeconds = 0.1;

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        if (contents.Trials is not { } trials)
            yield break;
        var costs = (contents.TrialCosts?.Costs ?? []).Where(cost => cost.Round == trials.Rounds.Count && cost.Training is not null).ToDictionary(cost => cost.Id, cost => cost.Training!, StringComparer.Ordinal);
        var own = contents.Training?.ComputeDigest() is { } receipt ? trials.Rounds[^1].Runs.FirstOrDefault(run => run.Receipt == receipt)?.Id : null;
        yield return new Heading(Text["trials.heading"]);
        yield return new Paragraph(
            Text.Fill(
                "trials.lead", ("count", ReportNumbers.Count(trials.Rounds[0].Runs.Count)), ("base", trials.Base.Name), ("name", trials.Name), ("items", ReportNumbers.Count(trials.Task.Items)),
                ("task", trials.Task.Task), ("metric", trials.Task.Metric)),
            Look.Body,
            4)
        { KeepWithNext = true };
        yield return new Paragraph(Text["trials.unproved"], Look.Body, 4) { KeepWithNext = true };
        yield return Results(trials, costs, own);
        yield return new Paragraph(Text["trials.chart"], Look.Body, 4) { KeepWithNext = true };
        yield return new ScatterPlot(Text["trials.by-bytes"], trials.Task.Value, [.. trials.Results.Select((result, i) => Point(result, i, Math.Max(result.Bytes, 1), ReportNumbers.Size(result.Bytes)))], bytes => ReportNumbers.Size((long)bytes), Numbers.WholePercent);
        if (trials.Results.Index().Where(each => costs.ContainsKey(each.Item.Id)).ToArray() is { Length: > 0 } timed)
            yield return new ScatterPlot(Text["trials.by-time"], trials.Task.Value, [.. timed.Select(each => Point(each.Item, each.Index, Math.Max(costs[each.Item.Id].Seconds, LeastSeconds), Seconds(costs[each.Item.Id].Seconds)))], Seconds, Numbers.WholePercent);
        yield return new Paragraph(Text["trials.machine"], Look.SmallMuted);
    }

    private Table Results(TrialReport trials, Dictionary<string, Cost> costs, string? own) => new(
        [
            (Text["trials.way"], 0.24f), (Text.Fill("trials.score", ("metric", trials.Task.Metric)), 0.17f), (Text["trials.against"], 0.18f), (Text["trials.retained"], 0.1f),
            (Text["trials.bytes"], 0.11f), (Text["trials.time"], 0.09f), (Text["trials.memory"], 0.11f),
        ],
        [
            [Cell.Of(Text["trials.base"]), Cell.Of(Score(trials.Task)), Cell.Of(Text["report.none"]), Cell.Of(Share(trials.Retained)), .. Enumerable.Repeat(Cell.Of(Text["report.none"]), 3)],
            .. trials.Results.Select((result, i) => Row(result, i, trials, costs.GetValueOrDefault(result.Id), result.Id == own)),
        ]);

    private IReadOnlyList<Cell> Row(TrialResult result, int index, TrialReport trials, Cost? cost, bool isOwn)
    {
        var rate = Text.Fill("trials.rate", ("rate", TunedWords.Rate(result.LearningRate)));
        return
        [
            new Cell([new CellText($"{Number(index)}. {TunedWords.Of(result.Method, Text)}", Look.SmallStrong), new CellText(isOwn ? Text.Fill("trials.own", ("rate", rate)) : rate, Look.SmallMuted)]),
            Cell.Of(Score(result.Task)),
            new Cell([new CellText(Numbers.Quantity(result.Task.Value - trials.Task.Value, QuantityKind.Change), Look.Small), new CellText(Text.Fill("trials.moved", ("gained", ReportNumbers.Count(result.Task.Gained)), ("lost", ReportNumbers.Count(result.Task.Lost))), Look.SmallMuted)]),
            Cell.Of(Share(result.Retained)),
            Cell.Of(ReportNumbers.Size(result.Bytes)),
            Cell.Of(cost is null ? Text["report.none"] : Seconds(cost.Seconds)),
            Cell.Of(cost is null ? Text["report.none"] : ReportNumbers.Size(cost.PeakBytes)),
        ];
    }

    private ScatterPoint Point(TrialResult result, int index, double x, string cost)
    {
        var interval = Interval(result.Task);
        return new ScatterPoint(Number(index), x, result.Task.Value, interval.Lower, interval.Upper, $"{Number(index)}. {TunedWords.Of(result.Method, Text)} {Numbers.Quantity(result.Task.Value, QuantityKind.Share)}, {cost}");
    }

    private string Score(TrialScore score)
    {
        var interval = Interval(score);
        return Numbers.Interval(score.Value, interval.Lower, interval.Upper, QuantityKind.Share);
    }

    private string Share(TrialScore? score) => score is null ? Text["report.none"] : Numbers.Quantity(score.Value, QuantityKind.Share);

    private string Seconds(double seconds) => Text.Fill("trials.seconds", ("value", seconds < 10 ? ReportNumbers.Tenths(seconds) : ReportNumbers.Count((long)Math.Round(seconds))));

    private static string Number(int index) => ReportNumbers.Count(index + 1);

    private static Bounds Interval(TrialScore score) => Wilson.Interval((int)Math.Round(score.Value * score.Items), score.Items, Level);
}
