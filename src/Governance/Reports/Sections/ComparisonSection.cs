using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Reports.Charts;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>The two models side by side: paired differences with their limits, then the measured values.</summary>
internal sealed class ComparisonSection(ReportText text) : Section(text)
{
    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        yield return new PageBreak();
        yield return new Heading(Text["comparison.heading"]);
        var compared = contents.Decision.Rules.Where(rule => rule.Statistic is { Baseline: not null }).ToArray();
        if (compared.Length == 0)
            yield return new Paragraph(Text["comparison.none"], Look.Body);
        else
            yield return new Paragraph(Text.Fill("comparison.lead", ("confidence", Confidence(compared))), Look.Body) { KeepWithNext = true };
        foreach (var group in compared.GroupBy(Words.Axis))
            yield return new ForestPlot(group.Key, [.. group.Select(rule => Row(contents, rule))]);
        yield return new Paragraph(Text["comparison.sizes"], Look.Body, 4) { KeepWithNext = true };
        yield return Sizes(contents);
        if (contents.Measurement is { } measurement)
        {
            yield return new Paragraph(Lead(measurement), Look.Body, 4) { KeepWithNext = true };
            yield return Speeds(measurement, contents.RecordOf(Dossier.MeasurementFile));
        }
        if (Values(contents) is { } table)
        {
            yield return new Paragraph(Text["comparison.table"], Look.Body, 4) { KeepWithNext = true };
            yield return table;
        }
        if (contents.CandidateEvaluations.Where(evaluation => evaluation.Report.CountDistinct() < evaluation.Report.Items.Count).ToArray() is { Length: > 0 } repeated)
            yield return new Paragraph(Text.Fill("comparison.repeated", ("tasks", string.Join(Text["report.list"], repeated.Select(Counted)))), Look.Body);
        if (contents.Decision.Tasks.Where(task => task.Imported is true).Select(task => task.Name).ToArray() is { Length: > 0 } imported)
            yield return new Paragraph(Text.Fill("comparison.imported", ("tasks", string.Join(Text["report.list"], imported))), Look.Body);
        if (contents.Decision.Tasks.Where(task => task.Remote is true).Select(task => task.Name).ToArray() is { Length: > 0 } remote)
            yield return new Paragraph(Text.Fill("comparison.remote", ("tasks", string.Join(Text["report.list"], remote))), Look.Body);
    }

    private static string Confidence(RuleResult[] rules) => string.Join(
        " / ", rules.Select(rule => rule.Statistic!.Alpha).Distinct().OrderDescending().Select(ReportNumbers.Confidence));

    private ForestRow Row(ReportContents contents, RuleResult rule) => ForestRow.Of(
        rule, Words.Check(rule), Text.Fill("comparison.row", ("rule", rule.Id), ("task", rule.Task ?? Text["report.none"]), ("items", ReportNumbers.Count(rule.Statistic!.Items))), Numbers) with { Link = Cell.AnchorOf(contents.RecordOf(rule)) };

    private Table? Values(ReportContents contents)
    {
        var bases = contents.BaseEvaluations.ToDictionary(evaluation => evaluation.Task, StringComparer.Ordinal);
        var rows =
            from evaluation in contents.CandidateEvaluations
            let original = bases.GetValueOrDefault(evaluation.Task)
            from metric in evaluation.Report.Metrics
            select (IReadOnlyList<Cell>)
            [
                Cell.Of(evaluation.Task),
                Cell.Of(metric.Name),
                Cell.Of(original?.Report.Metrics.FirstOrDefault(each => each.Name == metric.Name) is { } found ? Value(found) : Text["report.none"]).From(Named(contents, original)),
                Cell.Of(Value(metric)).From(Named(contents, evaluation)),
                Cell.Of(ReportNumbers.Count(metric.Items)).From(Named(contents, evaluation)),
            ];
        var list = rows.ToArray();
        return list.Length == 0 ? null : new Table(
            [
                (Text["comparison.task"], 0.3f), (Text["comparison.metric"], 0.2f), (Text["comparison.base"], 0.2f),
                (Text["comparison.candidate"], 0.2f), (Text["comparison.items"], 0.1f),
            ],
            list);
    }

    private string Counted(TaskEvaluation evaluation) => Text.Fill(
        "comparison.repeated-task",
        ("task", evaluation.Task), ("items", ReportNumbers.Count(evaluation.Report.CountDistinct())), ("all", ReportNumbers.Count(evaluation.Report.Items.Count)));

    private Table Sizes(ReportContents contents)
    {
        var receipt = contents.RecordOf(Dossier.ReceiptFile);
        string Size(long? bytes) => bytes is { } known ? ReportNumbers.Size(known) : Text["report.none"];
        return Facts(
            (Text["comparison.adapter-size"], Cell.Of(ReportNumbers.Size(contents.AdapterSize)).From(contents.RecordOf(Dossier.InspectionFile))),
            (Text["comparison.model-size"], Cell.Of(Size(contents.ModelSize)).From(receipt)),
            (Text["comparison.merged-size"], Cell.Of(Size(contents.MergedSize)).From(receipt)),
            (Text["comparison.memory"], Cell.Of(Text[Effort(contents)])));
    }

    private static string Effort(ReportContents contents) => contents switch
    {
        { Measurement: not null } => "comparison.timed",
        { Merge: not null } when contents.ModelSize == contents.MergedSize => "comparison.same-shape",
        _ => "comparison.not-measured",
    };

    private string Lead(Measurement measurement) => Text.Fill(
        "speed.lead", ("device", measurement.Engine.Device), ("processors", ReportNumbers.Count(measurement.Processors)),
        ("prompt", ReportNumbers.Count(measurement.PromptTokens)), ("new", ReportNumbers.Count(measurement.NewTokens)), ("repeats", ReportNumbers.Count(measurement.Repeats)),
        ("type", Text[measurement.IsInStoredType ? "speed.stored" : "speed.float32"]));

    private Table Speeds(Measurement measurement, Digest? record) => new(
        [(Text["speed.form"], 0.34f), (Text["speed.first"], 0.2f), (Text["speed.rate"], 0.25f), (Text["speed.memory"], 0.21f)],
        [.. measurement.Models.Select(model => (IReadOnlyList<Cell>)
        [
            Cell.Of(Text[$"speed.{model.Form.ToString().ToLowerInvariant()}"]),
            Cell.Of(Text.Fill("speed.milliseconds", ("value", ReportNumbers.Tenths(1000 * model.FirstTokenSeconds)))).From(record),
            Cell.Of(ReportNumbers.Tenths(1 / model.SecondsPerToken)).From(record),
            Cell.Of(ReportNumbers.Size(model.MemoryBytes)).From(record),
        ])]);

    /// <summary>The evaluation's record, where the decision rests on it and so the report names it.</summary>
    private static Digest? Named(ReportContents contents, TaskEvaluation? evaluation) =>
        evaluation is null ? null : contents.RecordOf(evaluation.Digest);

    private string Value(Metric metric)
    {
        var kind = RuleWords.IsShare(metric.Name) ? QuantityKind.Share : QuantityKind.Raw;
        var value = Numbers.Quantity(metric.Value, kind);
        return metric.StandardError is { } error ? $"{value} ±{Numbers.Quantity(error, kind)}" : value;
    }
}
