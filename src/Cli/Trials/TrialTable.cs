using System.Globalization;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Output;
using Loragate.Governance.Statistics;
using Loragate.Governance.Trials;
using Spectre.Console;

namespace Loragate.Cli.Trials;

/// <summary>What was tried, as a table.</summary>
internal static class TrialTable
{
    /// <summary>Shows a report beside what it cost.</summary>
    /// <param name="tool">Where to.</param>
    /// <param name="tried">The report and the costs.</param>
    /// <param name="watts">What the machine draws; null where nobody said.</param>
    public static void Show(Tool tool, TriedFolder tried, double? watts)
    {
        var (report, costs) = (tried.Report, tried.Costs.Costs);
        string[] headers = ["trial", $"{report.Task.Task} % [95 %]", "against the base", report.Retained is { } kept ? $"{kept.Task} % [95 %]" : "retained", "trained", "bytes", "time (processor)", "memory", "energy", "token time, live"];
        var table = new Table().Border(TableBorder.Simple);
        foreach (var header in headers)
            table.AddColumn(new TableColumn(Screen.Cell(header)));
        Add(table, "base", report.Task, null, report.Retained, "–", "–", null, watts);
        foreach (var result in report.Results)
        {
            var cost = costs.FirstOrDefault(c => c.Id == result.Id && c.Round == report.Rounds.Count);
            Add(table, result.Id, result.Task, TrialComparison.Of(result.Task, report.Task), result.Retained, result.Parameters.ToString("N0", CultureInfo.InvariantCulture), result.Bytes.ToString("N0", CultureInfo.InvariantCulture), cost, watts);
        }
        tool.Screen.People.Write(table);
        foreach (var (round, index) in report.Rounds.Select((round, i) => (round, i + 1)))
        {
            foreach (var run in round.Runs.Where(run => run.Fault is not null))
                tool.Screen.Say(string.Create(CultureInfo.InvariantCulture, $"Given up in round {index}: {run.Id}, {run.Fault}."));
        }
        tool.Screen.Say("p: McNemar's exact test against the base, of each trial by itself. Live: beside the base's weights, against the base measured just before; merged, an adapter is the base's own computation. Time, memory (of the process, the base in it) and speed are this machine's and today's.");
    }

    private static void Add(Table table, string id, TrialScore task, TrialComparison? against, TrialScore? retained, string trained, string bytes, TrialCost? cost, double? watts)
    {
        var training = cost?.Training;
        string[] cells =
        [
            id,
            Share(task),
            against is null ? "–" : $"+{against.Gained} −{against.Lost}{(against.Difference is PairedShareEstimate ? $", p {Small(ExactMcNemar.TwoSided(against.Gained, against.Lost))}" : "")}",
            retained is null ? "–" : Share(retained),
            trained,
            bytes,
            training is null ? "–" : $"{Number(training.Seconds, "0")} s ({Number(training.ProcessorSeconds, "0")} s)",
            training is null ? "–" : Number(training.PeakBytes / 1e6, "0") + " MB",
            training is null || watts is null ? "–" : Number(training.Seconds * watts.Value / 1e3, "0.0") + " kJ",
            cost is { TokenSeconds: { } own, BaseTokenSeconds: { } ofBase } ? Number(100 * own / ofBase, "0") + " %" : "–",
        ];
        table.AddRow(cells.Select(Screen.Cell));
    }

    private static string Share(TrialScore score)
    {
        var interval = TrialComparison.Interval(score);
        return $"{Percent(score.Value)} [{Percent(interval.Lower)}, {Percent(interval.Upper)}]";
    }

    private static string Percent(double share) => Number(100 * share, "0.0");

    private static string Small(double p) => p.ToString("0.#e+0", CultureInfo.InvariantCulture);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
