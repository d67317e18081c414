using System.Globalization;
using System.Text.RegularExpressions;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Reports.Charts;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What rounding did to the update, and how the merge is undone.</summary>
internal sealed partial class MergeSection(ReportText text) : Section(text)
{
    private const int MostTensors = 12;
    private const int LeastLayers = 2;
    private const int MostLayers = 200;
    private const int MostModules = 16;
    private const string Experts = "experts";
    private const string Weight = ".weight";

    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        yield return new Heading(Text["merge.heading"]);
        if (contents.Merge is not { Merged.Count: > 0 } merge)
        {
            yield return new Paragraph(Text["merge.none"], Look.Body);
            yield break;
        }
        yield return new Paragraph(Text.Fill("merge.lead", ("count", ReportNumbers.Count(merge.Merged.Count))), Look.Body) { Link = Cell.AnchorOf(contents.RecordOf(Dossier.ReceiptFile)) };
        yield return Figures(contents, merge);
        foreach (var block in Map(contents, merge))
            yield return block;
        yield return new Paragraph(Text["merge.tensors"], Look.Body, 4) { KeepWithNext = true };
        yield return new Table(
            [(Text["merge.tensor"], 0.55f), (Text["merge.kind"], 0.15f), (Text["merge.relative"], 0.15f), (Text["merge.lost"], 0.15f)],
            [.. merge.Merged.OrderByDescending(tensor => tensor.Fidelity.ShareLost).ThenBy(tensor => tensor.Name, StringComparer.Ordinal).Take(MostTensors).Select(tensor => Row(tensor, contents.RecordOf(Dossier.ReceiptFile)))]);
    }

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;

    private Table Figures(ReportContents contents, MergeReceipt merge)
    {
        var receipt = contents.RecordOf(Dossier.ReceiptFile);
        var total = merge.TotalFidelity;
        return Facts(
        [
            (Text["merge.total"], Cell.Strong(Numbers.Percent(Ratio(total.LostNorm, total.UpdateNorm))).From(receipt)),
            (Text["merge.worst"], Cell.Of(Numbers.Percent(merge.Merged.Max(tensor => tensor.Fidelity.ShareLost))).From(receipt)),
            .. new WeightLimits(contents, Text, Numbers).All.Select(each => (each.Name, Cell.Of(each.Limit is { } limit ? Text.Fill("merge.limited", ("value", each.Count), ("limit", limit)) : each.Count).From(receipt))),
            (Text["merge.norm"], Cell.Of(Numbers.Percent(Ratio(total.UpdateNorm, total.BaseNorm))).From(receipt)),
            (Text["merge.undo"], Undo(contents, merge).From(contents.RecordOf(Dossier.UnmergeFile) ?? receipt)),
            (Text["merge.arithmetic"], Cell.Of(string.Join(Text["report.list"], merge.Engine.Procedure, $"{merge.Engine.Name} {merge.Engine.Version}", merge.Engine.Device, merge.DType)).From(receipt)),
            (Text["merge.output"], Cell.Mono(merge.Output.WeightsDigest.Hex).From(receipt)),
        ]);
    }

    /// <summary>Size, effective rank and loss of the update by layer and module, of experts of one name the greatest; where that is nothing to draw, why.</summary>
    private IEnumerable<Block> Map(ReportContents contents, MergeReceipt merge)
    {
        var placed = merge.Merged.Select(tensor => (Place: LayerName().Match(PathOf(tensor)), tensor)).Where(each => each.Place.Success)
            .Select(each => (Layer: int.Parse(each.Place.Groups["layer"].Value, CultureInfo.InvariantCulture), Module: ExpertNumber().Replace(each.Place.Groups["module"].Value, ""), each.tensor)).ToList();
        var (layers, modules) = (placed.Select(each => each.Layer).Distinct().Order().ToList(), placed.Select(each => each.Module).Distinct().Order(StringComparer.Ordinal).ToList());
        if (layers.Count is < LeastLayers or > MostLayers || modules.Count > MostModules)
        {
            yield return new Paragraph(
                Text.Fill(
                    "merge.no-map", ("layers", ReportNumbers.Count(layers.Count)), ("modules", ReportNumbers.Count(modules.Count)), ("least", ReportNumbers.Count(LeastLayers)),
                    ("highest", ReportNumbers.Count(MostLayers)), ("widest", ReportNumbers.Count(MostModules))),
                Look.Body);
            yield break;
        }
        var ranks = Ranks(contents);
        HeatPanel Panel(string key, Func<MergedTensor, double?> of, Func<double, string> label)
        {
            var values = placed.GroupBy(each => (each.Layer, each.Module)).ToDictionary(group => group.Key, group => group.Select(each => of(each.tensor)).Max());
            return new HeatPanel(Text[key], [.. layers.Select(layer => (IReadOnlyList<double?>)[.. modules.Select(module => values.GetValueOrDefault((layer, module)))])], label);
        }
        var hasExperts = placed.Any(each => each.tensor.Delta == Experts || ExpertNumber().IsMatch(LayerName().Match(each.tensor.Module).Groups["module"].Value));
        yield return new Paragraph(hasExperts ? string.Join(Text["report.space"], Text["merge.map"], Text["merge.map-experts"]) : Text["merge.map"], Look.Body, 6) { KeepWithNext = true };
        yield return new HeatMap(
            [.. layers.Select(layer => layer.ToString(CultureInfo.InvariantCulture))],
            ShortestPath.Of(modules),
            [
                Panel("merge.relative", tensor => Ratio(tensor.Fidelity.UpdateNorm, tensor.Fidelity.BaseNorm), Numbers.Percent),
                Panel("merge.effective-rank", tensor => ranks.GetValueOrDefault(RankOf(tensor)), ReportNumbers.Tenths),
                Panel("merge.lost", tensor => tensor.Fidelity.ShareLost, Numbers.Percent),
            ]) { Link = Cell.AnchorOf(contents.RecordOf(Dossier.ReceiptFile)) };
    }

    /// <summary>Where the map shows a tensor: at its module, but of a parameter of experts, of which one module has several, at its own name.</summary>
    private static string PathOf(MergedTensor tensor) => tensor.Delta != Experts ? tensor.Module
        : tensor.Name.EndsWith(Weight, StringComparison.Ordinal) ? tensor.Name[..^Weight.Length] : tensor.Name;

    /// <summary>The effective rank of each module, and of each parameter of experts the greatest.</summary>
    private static Dictionary<string, double?> Ranks(ReportContents contents) => contents.Inspection.Modules.Select(module => (module.Module, module.EffectiveRank))
        .Concat(contents.Inspection.Modules.Where(module => LastNumber().IsMatch(module.Module)).Select(module => (Module: LastNumber().Replace(module.Module, ":"), module.EffectiveRank)))
        .GroupBy(each => each.Module, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Max(each => each.EffectiveRank), StringComparer.Ordinal);

    private static string RankOf(MergedTensor tensor) => tensor.Delta == Experts ? $"{tensor.Module}:{PathOf(tensor)[(PathOf(tensor).LastIndexOf('.') + 1)..]}" : tensor.Module;

    private Cell Undo(ReportContents contents, MergeReceipt merge) => merge.UndoFile is not { } file
        ? new Cell([new CellText(Text["merge.undo-no"], Look.SmallStrong)], Mark.Undecided)
        : new Cell(
            [
                new CellText(
                    Text.Fill(
                        contents.Unmerge is null ? "merge.undo-file" : "merge.undo-yes", ("file", file.Path), ("size", ReportNumbers.Size(file.Size)),
                        ("bits", ReportNumbers.Count(merge.Merged.Sum(tensor => tensor.UndoBits ?? 0)))),
                    Look.SmallStrong),
                new CellText(file.Sha256.Hex, Look.Digest),
                contents.Unmerge is { } proof
                    ? new CellText(Text.Fill("merge.undo-proved", ("tensors", ReportNumbers.Count(merge.Inputs.Count)), ("weights", proof.Restored.WeightsDigest.Abbreviated)), Look.Small)
                    : new CellText(Text["merge.undo-untried"], Look.Small),
            ],
            contents.Unmerge is null ? Mark.Undecided : Mark.Passed);

    private IReadOnlyList<Cell> Row(MergedTensor tensor, Digest? receipt) =>
    [
        Cell.Mono(tensor.Name),
        Cell.Of(tensor.Rank > 0 ? Text.Fill("merge.kind-rank", ("kind", tensor.Delta), ("rank", ReportNumbers.Count(tensor.Rank))) : tensor.Delta).From(receipt),
        Cell.Of(Numbers.Percent(Ratio(tensor.Fidelity.UpdateNorm, tensor.Fidelity.BaseNorm))).From(receipt),
        Cell.Of(Numbers.Percent(tensor.Fidelity.ShareLost)).From(receipt),
    ];

    /// <summary>"model.layers.3.self_attn.q_proj": the first number is the layer.</summary>
    [GeneratedRegex(@"^[^0-9]*?\.(?<layer>[0-9]{1,4})\.(?<module>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex LayerName();

    /// <summary>"mlp.experts.17.down_proj": the number of one module among many of its kind.</summary>
    [GeneratedRegex(@"\.[0-9]+(?=\.)", RegexOptions.CultureInvariant)]
    private static partial Regex ExpertNumber();

    /// <summary>"mlp.experts.17.gate_up_proj", as the inspection names what it measured of one expert.</summary>
    [GeneratedRegex(@"\.[0-9]+\.(?=[^.]+$)", RegexOptions.CultureInvariant)]
    private static partial Regex LastNumber();
}
