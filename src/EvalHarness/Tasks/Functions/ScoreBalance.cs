using System.Globalization;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Functions;

/// <summary>Over which rows the average of a score is the difference of two groups that it stands for: as many of each value of a column, and no others.</summary>
/// <param name="Column">The column that tells the groups apart.</param>
/// <param name="Values">Its values.</param>
internal sealed record ScoreBalance(string Column, IReadOnlyList<string> Values)
{
    /// <summary>What the rows are instead; null where they are balanced.</summary>
    public string? FaultOf(IEnumerable<TaskDocument> rows)
    {
        var counts = rows.CountBy(row => row.Row[Column] is { } value and not NoneValue ? value.Text : "").ToDictionary(StringComparer.Ordinal);
        var isBalanced = counts.Keys.All(Values.Contains) && Values.Select(value => counts.GetValueOrDefault(value)).Distinct().Count() == 1;
        return isBalanced ? null : string.Join(", ", Values.Union(counts.Keys.Order(StringComparer.Ordinal)).Select(value => string.Create(CultureInfo.InvariantCulture, $"{counts.GetValueOrDefault(value)} of '{value}'")));
    }
}
