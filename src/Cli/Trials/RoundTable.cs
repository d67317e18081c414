using System.Globalization;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Output;
using Spectre.Console;

namespace Loragate.Cli.Trials;

/// <summary>The rounds before the last one, with those that went no further, and what all runs took together.</summary>
internal static class RoundTable
{
    public static void Show(Tool tool, TriedFolder tried, double? watts)
    {
        var (report, costs) = (tried.Report, tried.Costs.Costs);
        if (report.Rounds.Count > 1)
        {
            var table = new Table().Border(TableBorder.Simple);
            foreach (var header in (string[])["round", "steps", "trial", "validation loss", report.Retained is { } kept ? $"{kept.Task} % [95 %]" : "retained", "time (processor)", "memory", "energy", "went on"])
                table.AddColumn(new TableColumn(Screen.Cell(header)));
            foreach (var (index, round) in report.Rounds.SkipLast(1).Index())
            {
                foreach (var run in round.Runs)
                    table.AddRow(Row(index + 1, round.Steps, run, costs.FirstOrDefault(cost => cost.Id == run.Id && cost.Round == index + 1)?.Training, watts, report.Rounds[index + 1].Runs.Any(next => next.Id == run.Id)).Select(Screen.Cell));
            }
            tool.Screen.People.Write(table);
        }
        ShowTotal(tool, costs, watts);
    }

    private static string[] Row(int round, int steps, TrialRun run, Cost? training, double? watts, bool wentOn) =>
    [
        round.ToString(CultureInfo.InvariantCulture),
        TrialFigures.Count(steps),
        run.Id,
        run.ValidationLoss is { } loss ? TrialFigures.Number(loss, "0.000") : "given up",
        TrialFigures.Share(run.Retained),
        TrialFigures.Time(training),
        TrialFigures.Memory(training),
        TrialFigures.Energy(training, watts),
        wentOn ? "yes" : "no",
    ];

    private static void ShowTotal(Tool tool, IReadOnlyList<TrialCost> costs, double? watts)
    {
        Cost[] known = [.. costs.Select(cost => cost.Training).OfType<Cost>()];
        if (known.Length == 0)
            return;
        var all = new Cost(known.Sum(cost => cost.Seconds), known.Sum(cost => cost.ProcessorSeconds), null);
        var energy = watts is null ? "" : $", {TrialFigures.Energy(all, watts)}";
        var lost = known.Length == costs.Count ? "" : $"; of {TrialFigures.Count(costs.Count - known.Length)} more, which were interrupted, nobody knows what they took";
        tool.Screen.Say($"All training together ({TrialFigures.Count(known.Length)} {(known.Length == 1 ? "run" : "runs")}): {TrialFigures.Time(all)}{energy}{lost}.");
    }
}
