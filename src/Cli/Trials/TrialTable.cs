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
    private const int MostShown = 10;

    /// <summary>Shows a report beside what it cost.</summary>
    /// <param name="tool">Where to.</param>
    /// <param name="tried">The report and the costs.</param>
    /// <param name="watts">What the machine draws; null where nobody said.</param>
    public static void Show(Tool tool, TriedFolder tried, double? watts)
    {
        var (report, costs) = (tried.Report, tried.Costs.Costs);
        string[] headers = ["trial", $"{report.Task.Task} % [95 %]", "against the base", report.Retained is { } kept ? $"{kept.Task} % [95 %]" : "retained", "trained", "bytes", "time (processor)", "memory", "energy", "token time, live", "merged"];
        var table = new Table().Border(TableBorder.Simple);
        foreach (var header in headers)
            table.AddColumn(new TableColumn(Screen.Cell(header)));
        Add(table, "base", null, report.Task, null, report.Retained, "–", "–", null, watts);
        foreach (var result in report.Results)
        {
            var cost = costs.FirstOrDefault(c => c.Id == result.Id && c.Round == report.Rounds.Count);
            Add(table, result.Id, result.Method.Name, result.Task, TrialComparison.Of(result.Task, report.Task), result.Retained, result.Parameters.ToString("N0", CultureInfo.InvariantCulture), result.Bytes.ToString("N0", CultureInfo.InvariantCulture), cost, watts);
        }
        tool.Screen.People.Write(table);
        foreach (var (round, index) in report.Rounds.Select((round, i) => (round, i + 1)))
        {
            foreach (var run in round.Runs.Where(run => run.Fault is not null))
                tool.Screen.Say(string.Create(CultureInfo.InvariantCulture, $"Given up in round {index}: {run.Id}, {run.Fault}."));
        }
        foreach (var task in (report.Screened ?? []).Where(task => task.Overlapping.Count > 0))
            tool.Screen.Say(string.Create(CultureInfo.InvariantCulture, $"{task.Overlapping.Count} of the {task.Rows} rows of {task.Name} overlap with training or validation data (rows {string.Join(", ", task.Overlapping.Take(MostShown).Select(row => row.Id))}{(task.Overlapping.Count > MostShown ? " …" : "")}): of them a score is no sign of what was learnt."));
        tool.Screen.Say("p: McNemar's exact test against the base, of each trial by itself. Live: beside the base's weights, or of a model tuned whole its own, against the base measured just before. Merged, a low-rank update is the base's own computation with other numbers: 100 % by construction; other methods cannot be merged. Time, memory (of the process, the base in it) and speed are this machine's and today's.");
    }

    private static void Add(Table table, string id, string? method, TrialScore task, TrialComparison? against, TrialScore? retained, string trained, string bytes, TrialCost? cost, double? watts)
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
            training?.PeakBytes is { } peak ? Number(peak / 1e6, "0") + " MB" : "–",
            training is null || watts is null ? "–" : Number(training.Seconds * watts.Value / 1e3, "0.0") + " kJ",
            cost is { TokenSeconds: { } own, BaseTokenSeconds: { } ofBase } ? Number(100 * own / ofBase, "0") + " %" : "–",
            method is not null && TrainedMethod.IsLowRankName(method) ? "100 %" : "–",
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
