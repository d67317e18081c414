using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Reports.Charts;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>This release beside the one before it: item by item, in size and speed, then value by value; nothing where the gate was given none.</summary>
internal sealed class PreviousSection(ReportText text) : Section(text)
{
    private const int DigestShown = 12;

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        if (contents.Previous is not { } previous)
            yield break;
        yield return new Heading(Text["previous.heading"]);
        yield return new Paragraph(Lead(previous, contents.Decision), Look.Body, 4) { KeepWithNext = true };
        yield return new Paragraph(Text[Proof(contents)], Look.Body, 4) { KeepWithNext = true };
        foreach (var block in Differences(contents).Concat(new PreviousEffort(Text).Compose(contents, previous)))
            yield return block;
        var rows = Rows(contents, previous).ToArray();
        if (rows.Length == 0)
        {
            yield return new Paragraph(Text["previous.none"], Look.Body);
            yield break;
        }
        yield return new Paragraph(Text["previous.lead"], Look.Body, 4) { KeepWithNext = true };
        yield return new Table(
            [
                (Text["rules.rule"], 0.28f), (Text["comparison.metric"], 0.16f), (Text["comparison.base"], 0.14f),
                (Text["previous.before"], 0.14f), (Text["previous.now"], 0.14f), (Text["previous.difference"], 0.14f),
            ],
            rows);
    }

    /// <summary>What is known of the verdict on it: the gate's finding counts where the gate's own signatures do.</summary>
    private static string Proof(ReportContents contents) => contents switch
    {
        { PreviousIsProved: false } => "previous.unproved",
        { SignaturesAreChecked: false } => "previous.unchecked",
        _ => "previous.proved",
    };

    private string Lead(Decision previous, Decision decision) => Text.Fill(
        (previous.Base, decision.Base) switch
        {
            (null, _) or (_, null) => "previous.unknown-base",
            var (then, now) => then == now ? "previous.same-base" : "previous.other-base",
        },
        ("adapter", previous.Adapter.Name), ("verdict", Text[$"verdict.{previous.Verdict.ToString().ToLowerInvariant()}"]),
        ("day", Numbers.Day(previous.AsOf)), ("digest", previous.ComputeDigest().Hex[..DigestShown]));

    /// <summary>The two releases on the same items, and of every task that cannot be compared so, why.</summary>
    private IEnumerable<Block> Differences(ReportContents contents)
    {
        var compared = contents.SincePrevious.Where(each => each.Estimate is not null).ToArray();
        if (compared.Length > 0)
            yield return new Paragraph(Text.Fill("previous.chart", ("confidence", ReportNumbers.Confidence(compared[0].Alpha))), Look.Body) { KeepWithNext = true };
        foreach (var group in compared.GroupBy(Axis))
            yield return new ForestPlot(group.Key, [.. group.Select(each => Row(contents, each))]) { RowHead = "comparison.task", DrawnHead = "previous.difference" };
        if (compared.Where(each => each.IsByOtherEngine).Select(each => each.Rule.Measure.Task).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } others)
            yield return new Paragraph(Text.Fill("previous.other-engine", ("tasks", string.Join(Text["report.list"], others))), Look.Body);
        var unpaired = contents.SincePrevious.Where(each => each.Why is not null).Select(WhyNot).Distinct(StringComparer.Ordinal).ToArray();
        if (unpaired.Length > 0)
            yield return new Paragraph(Text["previous.unpaired"], Look.Body, 3) { KeepWithNext = true };
        foreach (var sentence in unpaired)
            yield return new Paragraph(sentence, Look.Body, 3) { Indent = 12, IsItem = true };
    }

    private string WhyNot(ReleaseDifference difference) =>
        Text.Fill("previous.unpaired-item", ("task", difference.Rule.Measure.Task), ("why", Text.Fill($"previous.why-{difference.Why.ToString()!.ToLowerInvariant()}", ("metric", difference.Rule.Measure.Metric))));

    private string Axis(ReleaseDifference difference)
    {
        var key = RuleWords.IsShare(difference.Rule.Measure.Metric) ? "previous.unit-points" : "previous.unit-number";
        return Text.Fill(difference.Rule.DemandsMore == false ? $"{key}-less" : key, ("metric", difference.Rule.Measure.Metric));
    }

    private ForestRow Row(ReportContents contents, ReleaseDifference difference)
    {
        var measure = difference.Rule.Measure;
        return ForestRow.Of(
            difference.Estimate!,
            difference.Alpha,
            RuleWords.IsShare(measure.Metric) ? QuantityKind.Change : QuantityKind.RawChange,
            Text.Fill("report.pair", ("first", measure.Task), ("second", measure.Metric)),
            Text.Fill("previous.row", ("rule", difference.Rule.Id), ("items", ReportNumbers.Count(difference.Estimate!.Items))),
            Numbers) with { Link = Cell.AnchorOf(contents.RecordOf(Dossier.PreviousReportFile(measure.Task))) };
    }

    /// <summary>A row for each rule that both decisions have and that measured the candidate: its id, task and metric are the same, its items may be others.</summary>
    private IEnumerable<IReadOnlyList<Cell>> Rows(ReportContents contents, Decision previous)
    {
        var then = contents.RecordOf(Dossier.PreviousFile);
        var decision = contents.Decision;
        var before = Measured(previous).DistinctBy(Key).ToDictionary(Key, rule => rule.Statistic!);
        foreach (var rule in Measured(decision))
        {
            if (!before.TryGetValue(Key(rule), out var earlier))
                continue;
            var (now, isShare, isGap) = (rule.Statistic!, RuleWords.IsShare(rule.Metric), RuleWords.KindOf(rule) == QuantityKind.Gap);
            var kind = isGap ? QuantityKind.Gap : isShare ? QuantityKind.Share : QuantityKind.Raw;
            string Value(double? value) => value is { } known ? Numbers.Quantity(known, kind) : Text["report.none"];
            // Of groups the gap is judged; the rate of all people together says nothing of it.
            double Judged(Statistic statistic) => isGap ? statistic.Estimate : statistic.Candidate!.Value;
            yield return
            [
                new Cell([new CellText(Words.Check(rule), Look.Small), new CellText(Text.Fill("report.pair", ("first", rule.Id), ("second", rule.Task!)), Look.SmallMuted)]), Cell.Of(rule.Metric!), Cell.Of(Value(isGap ? null : now.Baseline ?? earlier.Baseline)).From(isGap || now.Baseline is null ? then : contents.RecordOf(rule)), Cell.Of(Value(Judged(earlier))).From(then), Cell.Of(Value(Judged(now))).From(contents.RecordOf(rule)),
                Cell.Of(Numbers.Quantity(Judged(now) - Judged(earlier), isGap || isShare ? QuantityKind.Change : QuantityKind.RawChange)).From(then),
            ];
        }
    }

    private static IEnumerable<RuleResult> Measured(Decision decision) => decision.Rules.Where(rule => rule is { Task: not null, Metric: not null, Statistic.Candidate: not null });

    private static (string, string?, string?) Key(RuleResult rule) => (rule.Id, rule.Task, rule.Metric);
}
