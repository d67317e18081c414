using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Reports.Charts;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;
using Loragate.Governance.Statistics;

namespace Loragate.Governance.Reports.Sections;

/// <summary>How the models treat groups of people: by group, with the neutral line, the drift from the original, and what such figures can and cannot say.</summary>
internal sealed class BiasSection(ReportText text) : Section(text)
{
    private const double Confidence = 0.95;
    private const int MostGroups = 24;
    private const int LeastItems = 5;

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        yield return new Heading(Text["bias.heading"]);
        var measures = contents.Decision.Rules.Where(rule => rule is { Check: "bias-level" or "bias-drift", Task: not null, Metric: not null }).GroupBy(rule => (rule.Task!, rule.Metric!)).ToList();
        if (measures.Count == 0)
        {
            yield return new Paragraph(Text["bias.none"], Look.Body);
            yield break;
        }
        var isMeasured = measures.Any(measure => contents.CandidateEvaluations.Any(evaluation => evaluation.Task == measure.Key.Item1));
        yield return new Paragraph(Text[isMeasured ? "bias.lead" : "bias.unmeasured"], Look.Body, 6) { KeepWithNext = true };
        foreach (var measure in measures)
        {
            foreach (var block in Measure(contents, measure.Key.Item1, measure.Key.Item2, [.. measure]))
                yield return block;
        }
        if (isMeasured)
            yield return new Paragraph(Text["bias.limits"], Look.Body);
    }

    /// <summary>The share that favours nobody: the estimate of a level is told from it.</summary>
    private static double? NeutralOf(RuleResult[] rules) =>
        rules.Where(rule => rule is { Check: "bias-level", Statistic.Candidate: not null }).Select(rule => rule.Statistic!.Candidate - rule.Statistic.Estimate).FirstOrDefault();

    private IEnumerable<Block> Measure(ReportContents contents, string task, string metric, RuleResult[] rules)
    {
        yield return new Table(
            [(Text["rules.rule"], 0.36f), (Text["rules.outcome"], 0.16f), (Text["rules.measured"], 0.28f), (Text["rules.threshold"], 0.2f)],
            [
                .. rules.Select(rule => (IReadOnlyList<Cell>)
                [
                    new Cell([new CellText(Words.Check(rule), Look.SmallStrong), new CellText($"{rule.Id} · {task}", Look.Tiny)]),
                    new Cell([new CellText(Words.Outcome(rule.Outcome), Look.SmallStrong)], Mark.Of(rule.Outcome)),
                    Cell.Of(Words.Measured(rule)).From(RecordOf(contents, rule)),
                    Cell.Of(Words.Threshold(rule)),
                ]),
            ]) { Caption = Text["bias.heading"] };
        var candidate = contents.CandidateEvaluations.FirstOrDefault(evaluation => evaluation.Task == task)?.Report;
        var original = contents.BaseEvaluations.FirstOrDefault(evaluation => evaluation.Task == task)?.Report;
        var rows = candidate is null ? [] : Rows(candidate, original, metric).ToList();
        if (rows.Count > 0)
            yield return new GroupPlot(Text.Fill("bias.groups", ("task", task), ("metric", metric)), NeutralOf(rules), rows, Numbers.WholePercent);
        if (rows.Count == 1)
            yield return new Paragraph(Text.Fill("bias.no-groups", ("task", task)), Look.Body);
    }

    /// <summary>All items, then the values of every column that divides them into a few groups.</summary>
    private IEnumerable<GroupRow> Rows(EvaluationReport candidate, EvaluationReport? original, string metric)
    {
        if (candidate.Items.Any(item => !item.Scores.TryGetValue(metric, out var score) || score is not (0 or 1)))
            yield break;
        var before = (original?.Items ?? []).ToDictionary(item => item.Id);
        yield return Row(Text["bias.all"], candidate.Items, before, metric);
        foreach (var field in candidate.Task.Fields)
        {
            var groups = candidate.Items.GroupBy(item => item.Fields?.GetValueOrDefault(field) ?? "").Where(group => group.Key.Length > 0).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
            if (groups.Count is < 2 or > MostGroups || groups.Any(group => group.Count() < LeastItems))
                continue;
            foreach (var group in groups)
                yield return Row(group.Key, [.. group], before, metric);
        }
    }

    private GroupRow Row(string label, IReadOnlyList<EvaluatedItem> items, Dictionary<int, EvaluatedItem> before, string metric)
    {
        var count = (int)items.Sum(item => item.Scores[metric]);
        var bounds = Wilson.Interval(count, items.Count, Confidence);
        var paired = items.Where(item => before.TryGetValue(item.Id, out var other) && other.Scores.ContainsKey(metric)).Select(item => before[item.Id].Scores[metric]).ToList();
        double? original = paired.Count == items.Count ? paired.Average() : null;
        var share = (double)count / items.Count;
        var figures = original is { } from
            ? Text.Fill("bias.change", ("before", Numbers.Quantity(from, QuantityKind.Share)), ("after", Numbers.Quantity(share, QuantityKind.Share)), ("change", Numbers.Bare(share - from, QuantityKind.Change)))
            : Numbers.Quantity(share, QuantityKind.Share);
        return new GroupRow(label, Text.Fill("bias.items", ("items", ReportNumbers.Count(items.Count))), figures, original, share, bounds.Lower, bounds.Upper);
    }
}
