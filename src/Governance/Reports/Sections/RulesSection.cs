using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>Every rule with its result, its limit, the records it rests on and the controls it answers.</summary>
internal sealed class RulesSection(ReportText text) : Section(text)
{
    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        yield return new Heading(Text["rules.heading"]);
        yield return new Paragraph(Text["rules.lead"], Look.Body) { KeepWithNext = true };
        yield return new Table(
            [
                (Text["rules.rule"], 0.206f), (Text["rules.outcome"], 0.132f), (Text["rules.measured"], 0.186f),
                (Text["rules.threshold"], 0.137f), (Text["rules.evidence"], 0.127f), (Text["rules.controls"], 0.212f),
            ],
            [.. contents.Decision.Rules.Select(rule => Row(contents, rule))]) { IsSortable = true, Caption = Text["rules.heading"] };
    }

    private IReadOnlyList<Cell> Row(ReportContents contents, RuleResult rule)
    {
        (string Name, string Count, string Limit)[] harmed = WeightLimits.AreWhy(rule) ? [.. new WeightLimits(contents, Text, Numbers).Exceeded(rule)] : [];
        return
        [
            new Cell([new CellText(Words.Check(rule), Look.SmallStrong), new CellText(rule.Id, Look.Digest), new CellText(Words.Reason(rule), Look.SmallMuted)]),
            new Cell(
                rule.Severity == Severity.Block
                    ? [new CellText(Words.Outcome(rule), Look.SmallStrong)]
                    : [new CellText(Words.Outcome(rule), Look.SmallStrong), new CellText(Text["rules.advisory"], Look.Tiny)],
                Mark.Of(rule.Outcome)),
            harmed.Length > 0 ? Harm(contents, rule, harmed) : Measured(contents, rule),
            Cell.Of(harmed.Length > 0 ? string.Join('\n', harmed.Select(each => each.Limit)) : Words.Threshold(rule, contents.Policy)).From(contents.Decision.Policy.Digest),
            Cell.Mono(rule.Evidence.Count == 0 ? Text["report.none"] : string.Join('\n', rule.Evidence.Select(digest => digest.Abbreviated))).From(contents.RecordOf(rule)),
            new Cell([new CellText(rule.Controls.Count == 0 ? Text["report.none"] : string.Join('\n', rule.Controls.Select(Words.Control)), Look.Tiny)]),
        ];
    }

    private static Cell Harm(ReportContents contents, RuleResult rule, IEnumerable<(string Name, string Count, string Limit)> harmed) =>
        new Cell([.. harmed.SelectMany(each => new[] { new CellText(each.Count, Look.Small), new CellText(each.Name, Look.Tiny) })]).From(contents.RecordOf(rule));

    private Cell Measured(ReportContents contents, RuleResult rule) => rule.Statistic is { } statistic
        ? new Cell([new CellText(Words.Measured(rule), Look.Small), .. What(rule), new CellText(Items(statistic), Look.Tiny)]).From(contents.RecordOf(rule))
        : Cell.Of(Words.Measured(rule)).From(rule.Figure is null ? null : contents.RecordOf(rule));

    private IEnumerable<CellText> What(RuleResult rule) => rule is { Task: { } task, Metric: { } metric } ? [new CellText($"{task}{Text["report.list"]}{metric}", Look.Tiny)] : [];

    private string Items(Statistic statistic) => statistic.Clusters is { } clusters
        ? Text.Fill("rules.clusters", ("items", ReportNumbers.Count(statistic.Items)), ("clusters", ReportNumbers.Count(clusters)), ("procedure", statistic.Procedure))
        : Text.Fill("rules.items", ("items", ReportNumbers.Count(statistic.Items)), ("procedure", statistic.Procedure));
}
