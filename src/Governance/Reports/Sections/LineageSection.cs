using Loragate.Artifacts;
using Loragate.Artifacts.Records.Training;
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

    /// <summary>The base and what the adapter was trained on, where that is known; then, from left to right, what came of them.</summary>
    private List<LineageNode> Nodes(ReportContents contents)
    {
        var none = Text["lineage.not-made"];
        var decision = contents.Decision;
        List<LineageNode> nodes = [new(0, 0, Text["lineage.base"], BaseName(contents), (contents.Merge?.Base.WeightsDigest ?? contents.Inspection.Base?.LayoutDigest)?.Abbreviated ?? "", [])];
        int Add(int column, float row, string kind, string name, Digest? digest, params IReadOnlyList<int> from)
        {
            nodes.Add(new LineageNode(column, row, Text[kind], name, digest?.Abbreviated ?? "", from));
            return nodes.Count - 1;
        }
        const int original = 0;
        int[] training = contents.Training is { } receipt
            ? [Add(1, 1, "lineage.training", TunedWords.Of(receipt.Inputs.Method, Text), receipt.ComputeDigest(), original, Add(0, 1, "training.data", Sets(receipt.Inputs.Data), receipt.Inputs.Data is [var only] ? only.Sha256 : null))]
            : [];
        var made = 2 * training.Length;
        var adapter = Add(made, 1, "lineage.adapter", decision.Adapter.Name, decision.Adapter.Digest, training);
        var merge = Add(made + 1, 0, "lineage.merge", contents.Merge is { } merged ? Text.Fill("lineage.merge-count", ("count", ReportNumbers.Count(merged.Merged.Count))) : none, contents.Merge?.Output.WeightsDigest, original, adapter);
        var inspection = Add(made + 1, 1, "lineage.inspection", AdapterWords.KindOf(contents.Inspection, contents.Merge), contents.Inspection.ComputeDigest(), adapter);
        var evaluations = Add(made + 2, 0, "lineage.evaluation", Reports(contents), contents is { BaseEvaluations: [], CandidateEvaluations: [var single] } ? single.Digest : null, merge);
        Add(made + 3, 0.5f, "lineage.decision", Text[$"verdict.{decision.Verdict.ToString().ToLowerInvariant()}"], decision.ComputeDigest(), inspection, evaluations);
        return nodes;
    }

    private string Sets(IReadOnlyList<TrainingData> data) => data is [var only] ? only.Name : Text.Fill("lineage.data-count", ("count", ReportNumbers.Count(data.Count)));

    private string Reports(ReportContents contents) => (contents.BaseEvaluations.Count + contents.CandidateEvaluations.Count) switch
    {
        0 => Text["lineage.not-made"],
        var count => Text.Fill("lineage.evaluation-count", ("count", ReportNumbers.Count(count))),
    };

    private IEnumerable<(string Name, Digest Digest, bool IsRecord)> Digests(ReportContents contents)
    {
        var decision = contents.Decision;
        // Two files with the same bytes are one record, which has one place in the report.
        var seen = new HashSet<Digest> { decision.ComputeDigest(), decision.Policy.Digest };
        yield return (Text["lineage.decision"], decision.ComputeDigest(), true);
        yield return (Text.Fill("lineage.policy", ("name", decision.Policy.Name), ("version", decision.Policy.Version)), decision.Policy.Digest, true);
        yield return (Text.Fill("lineage.adapter-digest", ("name", decision.Adapter.Name)), decision.Adapter.Digest, false);
        if (contents.Merge is { } merge)
        {
            yield return (Text.Fill("lineage.base-weights", ("name", merge.Base.Name)), merge.Base.WeightsDigest, false);
            yield return (Text["lineage.merged-weights"], merge.Output.WeightsDigest, false);
        }
        else if (contents.Inspection.Base is { } held)
        {
            yield return (Text.Fill("lineage.base-layout", ("name", held.Name)), held.LayoutDigest, false);
        }
        if (contents.Training is { } receipt)
        {
            yield return (Text["lineage.training-record"], receipt.ComputeDigest(), seen.Add(receipt.ComputeDigest()));
            foreach (var data in receipt.Inputs.Data)
                yield return (Text.Fill("lineage.training-data", ("name", data.Name)), data.Sha256, false);
        }
        foreach (var link in decision.Evidence)
            yield return (link.Path, link.Digest, seen.Add(link.Digest));
        foreach (var file in contents.FilesBeside)
            yield return (file.Path, file.Digest, seen.Add(file.Digest));
    }
}
