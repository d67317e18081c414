using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Html;

/// <summary>Several candidates side by side: verdicts, every rule, the measured values, sizes and fidelity. A column each; every number leads to its record.</summary>
public static class ComparePage
{
    /// <summary>Renders the page, UTF-8.</summary>
    /// <param name="candidates">The candidates, in the order of their columns.</param>
    /// <param name="language">The page's language.</param>
    public static byte[] Render(IReadOnlyList<ReportContents> candidates, ReportLanguage language)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var text = ReportText.Load(language);
        return HtmlPage.Write(new Page(candidates, text).Compose(), text["compare.title"], text, text[candidates.Any(candidate => candidate.Signatures.Count == 0) ? "compare.note-unsigned" : "compare.note"]);
    }

    private sealed class Page(IReadOnlyList<ReportContents> candidates, ReportText text)
    {
        private readonly ReportNumbers _numbers = new(text);
        private readonly RuleWords _words = new(text, new ReportNumbers(text));

        public IEnumerable<Block> Compose()
        {
            yield return new Paragraph(text["compare.title"], Look.Title);
            yield return new Paragraph(text["compare.lead"], Look.Body);
            foreach (var caution in candidates.Select(candidate => CautionWords.Of(candidate, text)).OfType<string>().Distinct())
                yield return new Paragraph(caution, Look.Strong);
            if (candidates.Select(candidate => candidate.Decision.Policy.Digest).Distinct().Count() > 1)
                yield return new Paragraph(text["compare.other-policies"], Look.Strong);
            if (candidates.Select(candidate => candidate.Decision.Base).OfType<Digest>().Distinct().Count() > 1)
                yield return new Paragraph(text["compare.other-bases"], Look.Strong);
            if (ScoredOtherwise().ToArray() is { Length: > 0 } tasks)
                yield return new Paragraph(text.Fill("compare.other-data", ("tasks", string.Join(text["report.list"], tasks))), Look.Strong);
            foreach (var candidate in candidates)
            {
                if (RevocationWords.Of(candidate.Decision, text) is { } revoked)
                    yield return new Paragraph(text.Fill("compare.revoked", ("adapter", candidate.Decision.Adapter.Name), ("told", revoked)), Look.Strong);
            }
            yield return new Heading(text["compare.verdicts"]);
            yield return Columns(
            [
                Line(text["compare.verdict"], candidate => new Cell([new CellText(text[$"verdict.{candidate.Decision.Verdict.ToString().ToLowerInvariant()}"], Look.SmallStrong)], Mark.Of(candidate.Decision.Verdict))),
                Line(text["decision.facts-policy"], candidate => Cell.Of($"{candidate.Decision.Policy.Name} {candidate.Decision.Policy.Version}").From(candidate.Decision.Policy.Digest)),
                Line(text["decision.facts-as-of"], candidate => Cell.Of(_numbers.Day(candidate.Decision.AsOf)).From(candidate.Decision.ComputeDigest())),
                Line(text["comparison.adapter-size"], candidate => Cell.Of(ReportNumbers.Size(candidate.AdapterSize)).From(candidate.RecordOf(Dossier.InspectionFile))),
                Line(text["merge.total"], candidate => Cell.Of(candidate.Merge is { } merge ? _numbers.Percent(merge.TotalFidelity.ShareLost) : text["report.none"]).From(candidate.RecordOf(Dossier.ReceiptFile))),
                Line(text["decision.facts-digest"], candidate => Cell.Mono(candidate.Decision.ComputeDigest().Abbreviated).From(candidate.Decision.ComputeDigest())),
            ]);
            yield return new Heading(text["rules.heading"]);
            yield return Columns([.. candidates.SelectMany(candidate => candidate.Decision.Rules.Select(rule => rule.Id)).Distinct(StringComparer.Ordinal).Select(id => Line(NameOf(id), candidate => OfRule(candidate, id)))]);
            yield return new Heading(text["compare.values"]);
            yield return Columns([.. Metrics().Select(metric => Line(text.Fill("report.pair", ("first", metric.Task), ("second", metric.Name)), candidate => OfMetric(candidate, metric.Task, metric.Name)))]);
            yield return new Heading(text["compare.records"]);
            yield return new Table([(text["compare.candidate"], 1), (text["lineage.record"], 1), (text["lineage.digest"], 1)], [.. Records()]) { Caption = text["compare.records"] };
        }

        /// <summary>The tasks of which candidates were scored on other data, or with another task file.</summary>
        private IEnumerable<string> ScoredOtherwise() =>
            from evaluation in candidates.SelectMany(candidate => candidate.CandidateEvaluations)
            group (evaluation.Report.Task.TaskDigest, evaluation.Report.Task.DataDigest) by evaluation.Task into same
            where same.Distinct().Count() > 1
            select same.Key;

        /// <summary>Each candidate's decision, its policy and the records that it rests on; a record of several has one place.</summary>
        private IEnumerable<IReadOnlyList<Cell>> Records()
        {
            var seen = new HashSet<Digest>();
            return from candidate in candidates
                   from record in new[] { (Path: Dossier.DecisionFile, Digest: candidate.Decision.ComputeDigest()), (Path: Dossier.PolicyFile, Digest: candidate.Decision.Policy.Digest) }.Concat(candidate.Decision.Evidence.Select(link => (link.Path, link.Digest)))
                   select (IReadOnlyList<Cell>)
                   [
                       Cell.Strong(candidate.Decision.Adapter.Name), Cell.Of(record.Path) with { Anchor = seen.Add(record.Digest) ? Cell.AnchorOf(record.Digest) : null }, Cell.Mono(record.Digest.Hex),
                   ];
        }

        private Table Columns(IReadOnlyList<IReadOnlyList<Cell>> rows) =>
            new([(text["compare.what"], 1), .. candidates.Select(candidate => (candidate.Decision.Adapter.Name, 1f))], rows);

        private IReadOnlyList<Cell> Line(string name, Func<ReportContents, Cell> of) => [Cell.Strong(name), .. candidates.Select(of)];

        private IEnumerable<(string Task, string Name)> Metrics() =>
            candidates.SelectMany(candidate => candidate.CandidateEvaluations).SelectMany(evaluation => evaluation.Report.Metrics.Select(metric => (evaluation.Task, metric.Name))).Distinct();

        /// <summary>The kind of check in words, the rule's id, and what it measures.</summary>
        private string NameOf(string id)
        {
            var rule = candidates.SelectMany(candidate => candidate.Decision.Rules).First(rule => rule.Id == id);
            return string.Join(text["report.between"], new[] { _words.Check(rule), id, rule.Task, rule.Metric }.OfType<string>());
        }

        private Cell OfRule(ReportContents candidate, string id) => candidate.Decision.Rules.FirstOrDefault(rule => rule.Id == id) is { } rule
            ? new Cell([new CellText(_words.Outcome(rule), Look.SmallStrong), .. Measured(rule)], Mark.Of(rule.Outcome)).From(candidate.RecordOf(rule))
            : Cell.Of(text["report.none"]);

        private IEnumerable<CellText> Measured(RuleResult rule) => rule is { Statistic: null, Figure: null } ? [] : [new CellText(_words.Measured(rule), Look.Small)];

        private Cell OfMetric(ReportContents candidate, string task, string name) =>
            candidate.CandidateEvaluations.FirstOrDefault(evaluation => evaluation.Task == task) is { } evaluation && evaluation.Report.Metrics.FirstOrDefault(metric => metric.Name == name) is { } metric
                ? Cell.Of(_numbers.Quantity(metric.Value, RuleWords.IsShare(name) ? QuantityKind.Share : QuantityKind.Raw)).From(candidate.RecordOf(evaluation.Digest))
                : Cell.Of(text["report.none"]);
    }
}
