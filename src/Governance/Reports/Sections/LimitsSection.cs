using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What was not tested. Always there: some of it holds for every release, the rest comes from the records.</summary>
internal sealed class LimitsSection(ReportText text) : Section(text)
{
    private static readonly string[] Always =
        ["limits.use", "limits.base", "limits.training-data", "limits.languages", "limits.systems", "limits.performance"];

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        yield return new Heading(Text["limits.heading"]);
        yield return new Paragraph(Text["limits.lead"], Look.Body, 4) { KeepWithNext = true };
        foreach (var limit in Limits(contents))
            yield return new Paragraph(limit, Look.Body, 2) { Indent = 13, IsItem = true };
    }

    private IEnumerable<string> Limits(ReportContents contents) =>
    [
        .. Always.Select(key => Text[key]),
        .. contents.Merge is null ? [Text["limits.merge"]] : Array.Empty<string>(),
        .. contents.CandidateEvaluations.Count == 0 ? [Text["limits.evaluation"]] : Array.Empty<string>(),
        .. contents.CandidateEvaluations.SelectMany(OfEvaluation),
        .. contents.Decision.Rules.Where(rule => rule.Outcome == Outcome.Undecided).Select(rule => Text.Fill("limits.undecided", ("rule", rule.Id))),
    ];

    private IEnumerable<string> OfEvaluation(EvaluationReport report)
    {
        var task = report.Task;
        if (task.Limit is { } limit && limit < task.Rows)
            yield return Text.Fill("limits.limited", ("task", task.Name), ("limit", ReportNumbers.Count(limit)), ("rows", ReportNumbers.Count(task.Rows)));
        if (report.Truncated.Count > 0)
            yield return Text.Fill("limits.truncated", ("task", task.Name), ("count", ReportNumbers.Count(report.Truncated.Count)));
    }
}
