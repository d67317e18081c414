using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What rounding did to the update, and how the merge is undone.</summary>
internal sealed class MergeSection(ReportText text) : Section(text)
{
    private const int MostTensors = 12;

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        yield return new Heading(Text["merge.heading"]);
        if (contents.Merge is not { Merged.Count: > 0 } merge)
        {
            yield return new Paragraph(Text["merge.none"], Look.Body);
            yield break;
        }
        yield return new Paragraph(Text.Fill("merge.lead", ("count", ReportNumbers.Count(merge.Merged.Count))), Look.Body);
        yield return Figures(merge);
        yield return new Paragraph(Text["merge.tensors"], Look.Body, 4) { KeepWithNext = true };
        yield return new Table(
            [(Text["merge.tensor"], 0.55f), (Text["merge.kind"], 0.15f), (Text["merge.relative"], 0.15f), (Text["merge.lost"], 0.15f)],
            [.. merge.Merged.OrderByDescending(tensor => tensor.Fidelity.ShareLost).ThenBy(tensor => tensor.Name, StringComparer.Ordinal).Take(MostTensors).Select(Row)]);
    }

    /// <summary>‖·‖_F of all tensors together: the root of the sum of squares.</summary>
    private static double Total(MergeReceipt merge, Func<Fidelity, double> norm) =>
        Math.Sqrt(merge.Merged.Sum(tensor => norm(tensor.Fidelity) * norm(tensor.Fidelity)));

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;

    private Table Figures(MergeReceipt merge)
    {
        var update = Total(merge, fidelity => fidelity.UpdateNorm);
        return Facts(
            (Text["merge.total"], Cell.Strong(Numbers.Percent(Ratio(Total(merge, fidelity => fidelity.LostNorm), update)))),
            (Text["merge.worst"], Cell.Of(Numbers.Percent(merge.Merged.Max(tensor => tensor.Fidelity.ShareLost)))),
            (Text["merge.unchanged"], Cell.Of(Text.Fill(
                "merge.unchanged-value",
                ("count", ReportNumbers.Count(merge.Merged.Sum(tensor => tensor.Fidelity.Unchanged))),
                ("elements", ReportNumbers.Count(merge.Merged.Sum(tensor => tensor.Fidelity.Elements)))))),
            (Text["merge.norm"], Cell.Of(Numbers.Percent(Ratio(update, Total(merge, fidelity => fidelity.BaseNorm))))),
            (Text["merge.undo"], Undo(merge)),
            (Text["merge.arithmetic"], Cell.Of($"{merge.Engine.Procedure}, {merge.Engine.Name} {merge.Engine.Version}, {merge.Engine.Device}, {merge.DType}")),
            (Text["merge.output"], Cell.Mono(merge.Output.WeightsDigest.Hex)));
    }

    private Cell Undo(MergeReceipt merge) => merge.UndoFile is not { } file
        ? new Cell([new CellText(Text["merge.undo-no"], Look.SmallStrong)], Mark.Undecided)
        : new Cell(
            [
                new CellText(
                    Text.Fill(
                        "merge.undo-yes", ("file", file.Path), ("size", ReportNumbers.Size(file.Size)),
                        ("bits", ReportNumbers.Count(merge.Merged.Sum(tensor => tensor.UndoBits ?? 0)))),
                    Look.SmallStrong),
                new CellText(file.Sha256.Hex, Look.Digest),
            ],
            Mark.Passed);

    private IReadOnlyList<Cell> Row(MergedTensor tensor) =>
    [
        Cell.Mono(tensor.Name),
        Cell.Of($"{tensor.Delta}, {tensor.Rank}"),
        Cell.Of(Numbers.Percent(Ratio(tensor.Fidelity.UpdateNorm, tensor.Fidelity.BaseNorm))),
        Cell.Of(Numbers.Percent(tensor.Fidelity.ShareLost)),
    ];
}
