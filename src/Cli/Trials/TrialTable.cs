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
    /// <param name="reference">The trial of the last round that the others are held against; null for the base.</param>
    public static void Show(Tool tool, TriedFolder tried, double? watts, TrialResult? reference = null)
    {
        var (report, costs, against) = (tried.Report, tried.Costs.Costs, reference?.Id ?? "the base");
        string[] headers = ["trial", $"{report.Task.Task} % [95 %]", $"against {against}", report.Retained is { } kept ? $"{kept.Task} % [95 %]" : "retained", "trained", "bytes", "time (processor)", "memory", "energy", "token time, live", "merged"];
        var table = new Table().Border(TableBorder.Simple);
        foreach (var header in headers)
            table.AddColumn(new TableColumn(Screen.Cell(header)));
        TrialCost[] last = [.. costs.Where(cost => cost.Round == report.Rounds.Count)];
        table.AddRow(OfBase(report, last, reference?.Task).Select(Screen.Cell));
        foreach (var result in report.Results)
            table.AddRow(Row(reference?.Task ?? report.Task, result, Array.Find(last, cost => cost.Id == result.Id), watts).Select(Screen.Cell));
        tool.Screen.People.Write(table);
        RoundTable.Show(tool, tried, watts);
        ChangeTable.Show(tool, report);
        foreach (var (round, index) in report.Rounds.Select((round, i) => (round, i + 1)))
        {
            foreach (var run in round.Runs.Where(run => run.Fault is not null))
                tool.Screen.Say(string.Create(CultureInfo.InvariantCulture, $"Given up in round {index}: {run.Id}, {run.Fault}."));
        }
        if (last.Max(cost => cost.LackedBytes) is { } lacked)
            tool.Screen.Say($"Merged was not timed where a copy of the base to merge into, with what it takes to make it, was more than the memory that was free ({TrialFigures.Memory(lacked)}).");
        foreach (var task in (report.Screened ?? []).Where(task => task.Overlapping.Count > 0))
            tool.Screen.Say(string.Create(CultureInfo.InvariantCulture, $"{task.Overlapping.Count} of the {task.Rows} rows of {task.Name} overlap with training or validation data (rows {string.Join(", ", task.Overlapping.Take(MostShown).Select(row => row.Id))}{(task.Overlapping.Count > MostShown ? " …" : "")}): of them a score is no sign of what was learnt."));
        tool.Screen.Say($"p: McNemar's exact test against {against}, of each trial by itself. Token time: from one generated token to the next, in brackets against the base's, which was measured in turn. Live: beside the base's weights, or of a model tuned whole its own. Merged: with a low-rank update in the weights, as many computations as the base's, so that what differs is the machine's noise; other methods cannot be merged. Time, memory ({MemoryOf(report)}) and speed are this machine's and today's.");
    }

    private static string MemoryOf(TrialReport report) => report.Engine.Device == "cpu" ? "of the process, the base in it" : "a GPU's is not measured";

    /// <summary>The base's token time is the median of those beside the trials.</summary>
    private static string[] OfBase(TrialReport report, IReadOnlyList<TrialCost> costs, TrialScore? reference)
    {
        double[] times = [.. costs.Select(cost => cost.BaseTokenSeconds).OfType<double>().Order()];
        string[] spent = [TrialFigures.None, TrialFigures.None, TrialFigures.None, TrialFigures.None, TrialFigures.None];
        return ["base", TrialFigures.Share(report.Task), reference is null ? TrialFigures.None : Against(report.Task, reference), TrialFigures.Share(report.Retained), .. spent, times.Length == 0 ? TrialFigures.None : TrialFigures.Milliseconds(times[times.Length / 2]), TrialFigures.None];
    }

    private static string[] Row(TrialScore reference, TrialResult result, TrialCost? cost, double? watts) =>
    [
        result.Id,
        TrialFigures.Share(result.Task),
        Against(result.Task, reference),
        TrialFigures.Share(result.Retained),
        TrialFigures.Count(result.Parameters),
        TrialFigures.Count(result.Bytes),
        TrialFigures.Time(cost?.Training),
        TrialFigures.Memory(cost?.Training),
        TrialFigures.Energy(cost?.Training, watts),
        TrialFigures.TokenTime(cost?.TokenSeconds, cost?.BaseTokenSeconds),
        cost?.LackedBytes is null ? TrialFigures.TokenTime(cost?.MergedTokenSeconds, cost?.BaseTokenSeconds) : "no memory",
    ];

    /// <summary>Gained, lost and, of yes-or-no scores, McNemar's p; nothing against itself.</summary>
    private static string Against(TrialScore score, TrialScore reference)
    {
        if (ReferenceEquals(score, reference))
            return TrialFigures.None;
        var against = TrialComparison.Of(score, reference);
        return $"+{against.Gained} −{against.Lost}{(against.Difference is PairedShareEstimate ? $", p {Small(ExactMcNemar.TwoSided(against.Gained, against.Lost))}" : "")}";
    }

    private static string Small(double p) => p.ToString("0.#e+0", CultureInfo.InvariantCulture);
}
