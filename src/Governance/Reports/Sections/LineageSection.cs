using Loragate.Artifacts;
using Loragate.Governance.Reports.Charts;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>From what the release was made: a graph, then the digests in full.</summary>
internal sealed class LineageSection(ReportText text) : Section(text)
{
    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        yield return new Heading(Text["lineage.heading"]);
        yield return new Paragraph(Text["lineage.lead"], Look.Body, 8) { KeepWithNext = true };
        yield return new LineageGraph(Nodes(contents));
        yield return new Table(
            [(Text["lineage.record"], 0.34f), (Text["lineage.digest"], 0.66f)],
            [.. Digests(contents).Select(each => (IReadOnlyList<Cell>)[Cell.Of(each.Name) with { Anchor = each.IsRecord ? Cell.AnchorOf(each.Digest) : null }, Cell.Mono(each.Digest.Hex)])]);
    }

    private IReadOnlyList<LineageNode> Nodes(ReportContents contents)
    {
        var none = Text["lineage.not-made"];
        var evaluations = contents.BaseEvaluations.Count + contents.CandidateEvaluations.Count;
        var decision = contents.Decision;
        return
        [
            new(0, 0, Text["lineage.base"], BaseName(contents), (contents.Merge?.Base.WeightsDigest ?? contents.Inspection.Base?.LayoutDigest)?.Abbreviated ?? none, []),
            new(0, 1, Text["lineage.adapter"], decision.Adapter.Name, decision.Adapter.Digest.Abbreviated, []),
            new(1, 0, Text["lineage.merge"], contents.Merge?.Output.Name ?? none, contents.Merge?.Output.WeightsDigest.Abbreviated ?? Text["report.none"], [0, 1]),
            new(1, 1, Text["lineage.inspection"], contents.Inspection.PeftType, contents.Inspection.ComputeDigest().Abbreviated, [1]),
            new(2, 0, Text["lineage.evaluation"], evaluations == 0 ? none : Text.Fill("lineage.evaluation-count", ("count", ReportNumbers.Count(evaluations))), Evaluations(contents), [2]),
            new(3, 0.5f, Text["lineage.decision"], Text[$"verdict.{decision.Verdict.ToString().ToLowerInvariant()}"], decision.ComputeDigest().Abbreviated, [3, 4]),
        ];
    }

    private string Evaluations(ReportContents contents) =>
        contents.CandidateEvaluations.Count == 1 ? contents.CandidateEvaluations[0].Digest.Abbreviated : Text["report.none"];

    private IEnumerable<(string Name, Digest Digest, bool IsRecord)> Digests(ReportContents contents)
    {
        var decision = contents.Decision;
        yield return (Text["lineage.decision"], decision.ComputeDigest(), true);
        yield return (Text.Fill("lineage.policy", ("name", decision.Policy.Name), ("version", decision.Policy.Version)), decision.Policy.Digest, false);
        yield return (Text.Fill("lineage.adapter-digest", ("name", decision.Adapter.Name)), decision.Adapter.Digest, false);
        if (contents.Merge is { } merge)
        {
            yield return (Text.Fill("lineage.base-weights", ("name", merge.Base.Name)), merge.Base.WeightsDigest, false);
            yield return (Text.Fill("lineage.merged-weights", ("name", merge.Output.Name)), merge.Output.WeightsDigest, false);
        }
        // Two files with the same bytes are one record, which has one place in the report.
        var seen = new HashSet<Digest>();
        foreach (var link in decision.Evidence)
            yield return (link.Path, link.Digest, seen.Add(link.Digest));
    }
}
