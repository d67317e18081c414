using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Policies.Rules;
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

    private (string Original, string Changed) Models => (Text["comparison.base"], Text["comparison.candidate"]);

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        yield return new Heading(Text["bias.heading"]);
        var rules = contents.Decision.Rules.Where(rule => rule is { Check: "bias-level" or "bias-drift" or "group-fairness", Task: not null, Metric: not null }).ToList();
        if (rules.Count == 0)
        {
            yield return new Paragraph(Text["bias.none"], Look.Body);
            yield break;
        }
        var isMeasured = rules.Any(rule => contents.CandidateEvaluations.Any(evaluation => evaluation.Task == rule.Task));
        if (!isMeasured)
            yield return new Paragraph(Text["bias.unmeasured"], Look.Body, 6) { KeepWithNext = true };
        foreach (var kind in rules.GroupBy(rule => rule.Check == "group-fairness"))
        {
            if (isMeasured)
                yield return new Paragraph(Text[kind.Key ? "bias.lead-rates" : "bias.lead"], Look.Body, 6) { KeepWithNext = true };
            foreach (var measure in kind.GroupBy(rule => (rule.Task!, rule.Metric!)))
            {
                foreach (var block in Measure(contents, measure.Key.Item1, measure.Key.Item2, [.. measure]))
                    yield return block;
            }
        }
        if (isMeasured)
            yield return new Paragraph(Text[rules.TrueForAll(rule => rule.Check == "group-fairness") ? "bias.limits-rates" : "bias.limits"], Look.Body);
    }

    /// <summary>The share that favours nobody: the estimate of a level is told from it.</summary>
    private static double? NeutralOf(RuleResult[] rules) =>
        rules.Where(rule => rule is { Check: "bias-level", Statistic.Candidate: not null }).Select(rule => rule.Statistic!.Candidate - rule.Statistic.Estimate).FirstOrDefault();

    private IEnumerable<Block> Measure(ReportContents contents, string task, string metric, RuleResult[] rules)
    {
        var candidate = contents.CandidateEvaluations.FirstOrDefault(evaluation => evaluation.Task == task);
        yield return new Table(
            [(Text["rules.rule"], 0.36f), (Text["rules.outcome"], 0.16f), (Text["rules.measured"], 0.28f), (Text["rules.threshold"], 0.2f)],
            [
                .. rules.Select(rule => (IReadOnlyList<Cell>)
                [
                    new Cell([new CellText(Words.Check(rule), Look.SmallStrong), new CellText(What(rule, task), Look.Tiny)]),
                    new Cell([new CellText(Words.Outcome(rule), Look.SmallStrong)], Mark.Of(rule.Outcome)),
                    Cell.Of(Words.Measured(rule)).From(contents.RecordOf(rule)),
                    Cell.Of(Words.Threshold(rule, contents.Policy)).From(contents.Decision.Policy.Digest),
                ]),
            ]) { Caption = Text["bias.heading"], KeepWithNext = candidate is not null };
        var original = contents.BaseEvaluations.FirstOrDefault(evaluation => evaluation.Task == task)?.Report;
        if (candidate is null)
            yield break;
        var link = Cell.AnchorOf(contents.RecordOf(candidate.Digest));
        foreach (var block in rules[0].Check == "group-fairness" ? Rates(contents, rules[0], candidate.Report, original, link) : Shares(task, metric, NeutralOf(rules), candidate.Report, original, link))
            yield return block;
    }

    private string What(RuleResult rule, string task) => rule.Statistic is { } statistic
        ? Text.Fill("comparison.row", ("rule", rule.Id), ("task", task), ("items", ReportNumbers.Count(statistic.Items)))
        : Text.Fill("report.pair", ("first", rule.Id), ("second", task));

    /// <summary>All items, then the values of every column that divides them into a few groups; of every other column why it is not drawn.</summary>
    private IEnumerable<Block> Shares(string task, string metric, double? neutral, EvaluationReport candidate, EvaluationReport? original, string? link)
    {
        var repeated = candidate.Repeated.ToHashSet();
        List<EvaluatedItem> items = [.. candidate.Items.Where(item => !repeated.Contains(item.Id))];
        if (items.Count == 0 || items.Any(item => !item.Scores.TryGetValue(metric, out var score) || score is not (0 or 1)))
            yield break;
        var before = (original?.Items ?? []).DistinctBy(item => item.Id).ToDictionary(item => item.Id);
        List<GroupRow> rows = [Row(Text["bias.all"], items, before, metric, link)];
        List<string> left = [];
        foreach (var field in candidate.Task.Fields)
        {
            var groups = items.GroupBy(item => item.Fields?.GetValueOrDefault(field) ?? "").Where(group => group.Key.Length > 0).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
            if (groups.Count is < 2 or > MostGroups || groups.Any(group => group.Count() < LeastItems))
                left.Add(Text.Fill("bias.not-drawn", ("column", field), ("groups", ReportNumbers.Count(groups.Count)), ("fewest", ReportNumbers.Count(groups.Count == 0 ? 0 : groups.Min(group => group.Count())))));
            else
                rows.AddRange(groups.Select(group => Row(group.Key, [.. group], before, metric, link)));
        }
        yield return new GroupPlot(Text.Fill("bias.groups", ("task", task), ("metric", metric)), neutral, rows, Numbers.WholePercent, Models);
        if (candidate.Task.Fields.Count == 0)
            yield return new Paragraph(Text.Fill("bias.no-groups", ("task", task)), Look.Body);
        if (left.Count > 0)
            yield return new Paragraph(Text.Fill("bias.left-out", ("columns", string.Join(Text["report.list"], left)), ("most", ReportNumbers.Count(MostGroups)), ("least", ReportNumbers.Count(LeastItems))), Look.Body);
    }

    private GroupRow Row(string label, List<EvaluatedItem> items, Dictionary<int, EvaluatedItem> before, string metric, string? link)
    {
        var paired = items.Where(item => before.TryGetValue(item.Id, out var other) && other.Scores.ContainsKey(metric)).Select(item => before[item.Id].Scores[metric]).ToList();
        return Row(label, new Share((int)items.Sum(item => item.Scores[metric]), items.Count), paired.Count == items.Count ? paired.Average() : null, link);
    }

    /// <summary>The rates that the rule compares, group by group; nothing where the policy is not at hand that says which.</summary>
    private IEnumerable<Block> Rates(ReportContents contents, RuleResult rule, EvaluationReport candidate, EvaluationReport? original, string? link)
    {
        if (contents.Policy?.Rules.OfType<GroupFairnessRule>().FirstOrDefault(demand => demand.Id == rule.Id) is not { } demand || demand.RatesOf(candidate) is not { } after)
            yield break;
        var before = original is null ? null : demand.RatesOf(original);
        for (var i = 0; i < after.Rates.Count; i++)
        {
            var title = Text[demand.Fairness == FairnessMeasure.SelectionRate ? "bias.rate-all" : i == 0 ? "bias.rate-positive" : "bias.rate-negative"];
            var rate = i;
            yield return new GroupPlot(
                Text.Fill("bias.rates", ("task", rule.Task!), ("rate", title)), null, [.. after.Groups.Select((group, j) => Row(group, after.Rates[rate][j], before?.Rates[rate][j].Value, link))], Numbers.WholePercent, Models);
        }
    }

    private GroupRow Row(string label, Share share, double? original, string? link)
    {
        var bounds = ClopperPearson.Interval(share.Successes, share.Items, Confidence);
        var figures = original is { } from
            ? Text.Fill("bias.change", ("before", Numbers.Quantity(from, QuantityKind.Share)), ("after", Numbers.Quantity(share.Value, QuantityKind.Share)), ("change", Numbers.Bare(share.Value - from, QuantityKind.Change)))
            : Numbers.Quantity(share.Value, QuantityKind.Share);
        return new GroupRow(label, Text.Fill("bias.items", ("items", ReportNumbers.Count(share.Items))), figures, original, share.Value, bounds.Lower, bounds.Upper) { Link = link };
    }
}
