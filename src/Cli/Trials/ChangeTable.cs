using System.Globalization;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Output;
using Spectre.Console;

namespace Loragate.Cli.Trials;

/// <summary>What trials changed: how many directions the changes use, by layer and by kind of module, and what each layer's part is worth.</summary>
internal static class ChangeTable
{
    private static readonly string[] Spectrum = ["of rank", "effective rank", "90 % of energy", "99 % of energy"];

    public static void Show(Tool tool, TrialReport report)
    {
        TrialResult[] told = [.. report.Results.Where(result => result.Spectrum.Count + result.Layers.Count > 0)];
        if (told.Length == 0)
            return;
        Write(tool, ["trial", "layer", "loss without it", .. Spectrum], told.SelectMany(ByLayer));
        Write(tool, ["trial", "module", .. Spectrum], told.SelectMany(ByModule));
        tool.Screen.Say("Loss without it: how much the validation loss rises when the layer's part of an update is left out, in nats a token. Effective rank, and the fewest directions that hold 90 and 99 % of a change's energy: means over linear modules. A low-rank update has no more than its rank; what was tuned whole, and DoRA, which scales rows, may have any.");
    }

    private static void Write(Tool tool, string[] headers, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var header in headers)
            table.AddColumn(new TableColumn(Screen.Cell(header)));
        foreach (var row in rows)
            table.AddRow(row.Select(Screen.Cell));
        tool.Screen.People.Write(table);
    }

    private static IEnumerable<string[]> ByLayer(TrialResult result) =>
        from layer in result.Layers.Select(effect => effect.Layer).Union(result.Spectrum.Select(module => module.Layer).OfType<int>()).Order()
        let effect = result.Layers.FirstOrDefault(each => each.Layer == layer)
        select (string[])[result.Id, layer.ToString(CultureInfo.InvariantCulture), effect is null ? TrialFigures.None : TrialFigures.Number(effect.Loss, "0.000"), .. Means([.. result.Spectrum.Where(module => module.Layer == layer)])];

    private static IEnumerable<string[]> ByModule(TrialResult result) =>
        from kind in result.Spectrum.GroupBy(module => module.Kind, StringComparer.Ordinal)
        orderby kind.Key
        select (string[])[result.Id, kind.Key, .. Means([.. kind])];

    private static IEnumerable<string> Means(ModuleSpectrum[] modules) => modules.Length == 0
        ? Spectrum.Select(_ => TrialFigures.None)
        : new[] { modules.Average(module => module.Rank), modules.Average(module => module.EffectiveRank), modules.Average(module => module.RankOfEnergy), modules.Average(module => module.RankOfNearlyAll) }.Select(mean => TrialFigures.Number(mean, "0.#"));
}
