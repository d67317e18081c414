using System.Globalization;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Output;
using Loragate.Governance.Statistics;
using Spectre.Console;

namespace Loragate.Cli.Trials;

/// <summary>What was tried, as a table.</summary>
internal static class TrialTable
{
    private const double Level = 0.95;

    /// <summary>Shows a report beside what it cost.</summary>
    /// <param name="tool">Where to.</param>
    /// <param name="report">The report.</param>
    /// <param name="costs">The costs of the last round and of the base.</param>
    /// <param name="watts">What the machine draws; null where nobody said.</param>
    public static void Show(Tool tool, TrialReport report, IReadOnlyList<TrialCost> costs, double? watts)
    {
        var speed = costs.First(c => c.Id == "base").TokenSeconds!.Value;
        string[] headers = ["trial", $"{report.Task.Task} % [95 %]", "against the base", report.Retained is { } kept ? $"{kept.Task} %" : "retained", "trained", "bytes", "time", "memory", "energy", "token time, live"];
        var table = new Table().Border(TableBorder.Simple);
        foreach (var header in headers)
            table.AddColumn(new TableColumn(Screen.Cell(header)));
        Add(table, "base", report.Task, report.Retained, "–", "–", null, speed, speed, watts);
        foreach (var result in report.Results)
        {
            var cost = costs.FirstOrDefault(c => c.Id == result.Id && c.Round == report.Rounds.Count);
            Add(table, result.Id, result.Task, result.Retained, result.Parameters.ToString("N0", CultureInfo.InvariantCulture), result.Bytes.ToString("N0", CultureInfo.InvariantCulture), cost?.Training, cost?.TokenSeconds, speed, watts);
        }
        tool.Screen.People.Write(table);
        tool.Screen.Say("Live: beside the base's weights. Merged, an adapter takes the base's own time. Time, memory and speed are this machine's and today's.");
    }

    private static void Add(Table table, string id, TrialScore task, TrialScore? retained, string trained, string bytes, Cost? cost, double? tokenSeconds, double baseSeconds, double? watts)
    {
        var interval = Wilson.Interval((int)Math.Round(task.Value * task.Items), task.Items, Level);
        string[] cells =
        [
            id,
            $"{Percent(task.Value)} [{Percent(interval.Lower)}, {Percent(interval.Upper)}]",
            id == "base" ? "–" : $"+{task.Gained} −{task.Lost}, p {Small(ExactMcNemar.TwoSided(task.Gained, task.Lost))}",
            retained is null ? "–" : Percent(retained.Value),
            trained,
            bytes,
            cost is null ? "–" : Number(cost.Seconds, "0") + " s",
            cost is null ? "–" : Number(cost.PeakBytes / 1e6, "0") + " MB",
            cost is null || watts is null ? "–" : Number(cost.Seconds * watts.Value / 1e3, "0.0") + " kJ",
            tokenSeconds is { } seconds ? Number(100 * seconds / baseSeconds, "0") + " %" : "–",
        ];
        table.AddRow(cells.Select(Screen.Cell));
    }

    private static string Percent(double share) => Number(100 * share, "0.0");

    private static string Small(double p) => p.ToString("0.#e+0", CultureInfo.InvariantCulture);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
