using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What was not tested. Always there: some of it holds for every release, the rest comes from the records.</summary>
internal sealed class LimitsSection(ReportText text) : Section(text)
{
    private static readonly string[] Always =
        ["limits.use", "limits.base", "limits.training-data", "limits.languages", "limits.systems"];

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        yield return new Heading(Text["limits.heading"]);
        yield return new Paragraph(Text["limits.lead"], Look.Body, 4) { KeepWithNext = true };
        foreach (var limit in Limits(contents, Text))
            yield return new Paragraph(limit, Look.Body, 2) { Indent = 13, IsItem = true };
    }

    /// <summary>What was not tested, a sentence each.</summary>
    public static IEnumerable<string> Limits(ReportContents contents, ReportText text) =>
    [
        .. Always.Select(key => text[key]),
        text[contents.Measurement is null ? "limits.performance" : "limits.performance-timed"],
        .. contents.Merge is null ? [text["limits.merge"]] : Array.Empty<string>(),
        .. contents.CandidateEvaluations.Count == 0 ? [text["limits.evaluation"]] : Array.Empty<string>(),
        .. contents.CandidateEvaluations.SelectMany(evaluation => OfEvaluation(evaluation, text)),
        .. contents.Decision.Rules.Where(rule => rule.Outcome == Outcome.Undecided).Select(rule => text.Fill("limits.undecided", ("rule", rule.Id))),
        .. contents.Decision.Rules.Where(rule => rule.Lifted?.Outcome == Outcome.Undecided).Select(rule => text.Fill("limits.lifted", ("rule", rule.Id))),
        .. contents.Unshown.Select(script => UnshownWords.Limit(script, text)),
    ];

    private static IEnumerable<string> OfEvaluation(TaskEvaluation evaluation, ReportText text)
    {
        var (name, report) = (evaluation.Task, evaluation.Report);
        var task = report.Task;
        if (task.Limit is { } limit && limit < task.Rows)
            yield return text.Fill("limits.limited", ("task", name), ("limit", ReportNumbers.Count(limit)), ("rows", ReportNumbers.Count(task.Rows)));
        if (report.Truncated.Count > 0)
            yield return text.Fill("limits.truncated", ("task", name), ("count", ReportNumbers.Count(report.Truncated.Count)));
        if (report.Repeated.Count > 0)
            yield return text.Fill("limits.repeated", ("task", name), ("count", ReportNumbers.Count(report.Repeated.Count)));
        if (report.Unanswerable is { } unanswerable)
            yield return text.Fill("limits.unanswerable", ("task", name), ("count", ReportNumbers.Count(unanswerable.Count)));
    }
}
