using System.Globalization;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Cli.Output;
using Loragate.EvalHarness.Tasks;
using Loragate.Governance.Statistics;
using Spectre.Console;

namespace Loragate.Cli.Verbs;

/// <summary>How a classifier decides about groups of people, as a table.</summary>
internal static class GroupTable
{
    private const double Level = 0.95;

    /// <summary>Refuses rows that no such table can be made of, before they are scored.</summary>
    /// <exception cref="UsageException">They do not choose among so many choices, or all belong to one group.</exception>
    public static void Check(string task, IReadOnlyList<TaskItem> items, string column, int positive)
    {
        if (items.FirstOrDefault(item => item.Choices.Count <= positive) is { } without)
            throw new UsageException($"--positive {positive}: item {without.Document.Id} of {task} has no such choice.");
        if (items.Select(item => item.Document.Field(column)).Distinct(StringComparer.Ordinal).Count() < 2)
            throw new UsageException($"--group {column}: all items of {task} belong to one group.");
    }

    /// <summary>Shows the rates of every measure with two-sided 95 % intervals of Clopper and Pearson, and whether chance alone makes such a gap.</summary>
    public static void Show(Tool tool, EvaluationReport report, string column, int positive)
    {
        List<GroupOutcome> outcomes = [.. report.Items.Select(item => new GroupOutcome(
            item.Fields![column],
            GroupOutcome.Selects(item, positive) == true,
            item.Gold is { } gold ? gold == positive : null))];
        var table = new Table().Border(TableBorder.Simple).AddColumns("measure", "group", "items", "rate", "95 % interval", "largest gap", "p by shuffling");
        foreach (var measure in Enum.GetValues<FairnessMeasure>())
            AddRows(table, GroupRates.Of(outcomes, measure), outcomes, measure, report.Task.Name);
        tool.Screen.People.Write(table);
    }

    private static void AddRows(Table table, GroupRates rates, List<GroupOutcome> outcomes, FairnessMeasure measure, string task)
    {
        var gap = rates.FewestItems == 0 ? null : GroupGap.Of(outcomes, measure, seed: 0, task);
        for (var rate = 0; rate < rates.Rates.Count; rate++)
        {
            for (var i = 0; i < rates.Groups.Count; i++)
            {
                var share = rates.Rates[rate][i];
                var isFirst = rate == 0 && i == 0;
                table.AddRow(
                    Screen.Cell(isFirst ? Word(measure) : ""), Screen.Cell(rates.Groups[i] + (rate == 1 ? ", negatives" : "")), Screen.Cell(share.Items.ToString(CultureInfo.InvariantCulture)),
                    Screen.Cell(share.Items == 0 ? "–" : Percent(share.Value)), Screen.Cell(share.Items == 0 ? "–" : Interval(share)),
                    Screen.Cell(isFirst ? gap is null ? "–" : Percent(gap.Value) : ""), Screen.Cell(isFirst ? gap is null ? "–" : gap.PermutationP.ToString("0.####", CultureInfo.InvariantCulture) : ""));
            }
        }
    }

    private static string Interval(Share share)
    {
        var bounds = ClopperPearson.Interval(share.Successes, share.Items, Level);
        return $"{Percent(bounds.Lower)} to {Percent(bounds.Upper)}";
    }

    private static string Word(FairnessMeasure measure) => measure switch
    {
        FairnessMeasure.SelectionRate => "selection rate",
        FairnessMeasure.EqualOpportunity => "equal opportunity",
        _ => "equalised odds",
    };

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
