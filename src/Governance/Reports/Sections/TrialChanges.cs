using Loragate.Artifacts;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;
using Loragate.Governance.Trials;

namespace Loragate.Governance.Reports.Sections;

/// <summary>What trials changed: how many directions each way's changes use, and what each layer's part of one of them is worth.</summary>
internal sealed class TrialChanges(ReportText text)
{
    private const int MostLayers = 12;

    private readonly ReportNumbers _numbers = new(text);

    /// <summary>The blocks; none where the trials tell nothing of it.</summary>
    /// <param name="trials">The trials.</param>
    /// <param name="own">The trial that is this adapter; null where none is.</param>
    /// <param name="record">The record that the numbers come from.</param>
    public IEnumerable<Block> Compose(TrialReport trials, string? own, Digest? record)
    {
        var told = trials.Results.Index().Where(each => each.Item.Spectrum.Count > 0).ToArray();
        if (told.Length > 0)
        {
            yield return new Paragraph(text["trials.directions"], Look.Body, 4) { KeepWithNext = true };
            yield return new Table(
                [(text["trials.way"], 0.40f), (text["trials.rank"], 0.15f), (text["trials.effective"], 0.15f), (text["trials.most-energy"], 0.15f), (text["trials.nearly-all-energy"], 0.15f)],
                [.. told.Select(each => Row([Way(each.Item, each.Index), .. Means(each.Item.Spectrum)], record))]);
        }
        if (LayersOf(trials, own) is not var (result, index))
            yield break;
        var shown = result.Layers.OrderByDescending(layer => layer.Loss).Take(MostLayers).OrderBy(layer => layer.Layer).ToArray();
        yield return new Paragraph(
            text.Fill(shown.Length < result.Layers.Count ? "trials.layers-most" : "trials.layers", ("way", Way(result, index)), ("shown", ReportNumbers.Count(shown.Length)), ("count", ReportNumbers.Count(result.Layers.Count))), Look.Body, 4)
        { KeepWithNext = true };
        yield return new Table(
            [(text["trials.layer"], 0.25f), (text["trials.without"], 0.30f), (text["trials.effective"], 0.15f), (text["trials.most-energy"], 0.15f), (text["trials.nearly-all-energy"], 0.15f)],
            [.. shown.Select(layer => Row([ReportNumbers.Count(layer.Layer), _numbers.Quantity(layer.Loss, QuantityKind.RawChange), .. Means([.. result.Spectrum.Where(module => module.Layer == layer.Layer)]).Skip(1)], record))]);
    }

    /// <summary>The trial whose layers are told: this adapter, otherwise what is recommended, otherwise the first whose layers were looked into.</summary>
    private static (TrialResult Result, int Index)? LayersOf(TrialReport trials, string? own)
    {
        var advice = Recommendation.Of(trials).Id;
        var looked = trials.Results.Select((result, index) => (result, index)).Where(each => each.result.Layers.Count > 0).ToArray();
        return looked.Length == 0 ? null : looked.OrderByDescending(each => each.result.Id == own).ThenByDescending(each => each.result.Id == advice).First();
    }

    private static IReadOnlyList<Cell> Row(IEnumerable<string> cells, Digest? record) => [.. cells.Select((cell, i) => i == 0 ? Cell.Of(cell) : Cell.Of(cell).From(record))];

    private IEnumerable<string> Means(IReadOnlyList<ModuleSpectrum> modules) => modules.Count == 0
        ? Enumerable.Repeat(text["report.none"], 4)
        : new[] { modules.Average(module => module.Rank), modules.Average(module => module.EffectiveRank), modules.Average(module => module.RankOfEnergy), modules.Average(module => module.RankOfNearlyAll) }.Select(ReportNumbers.Tenths);

    private string Way(TrialResult result, int index) => $"{ReportNumbers.Count(index + 1)}. {TunedWords.Of(result.Method, text)}";
}
