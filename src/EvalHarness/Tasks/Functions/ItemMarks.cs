namespace Loragate.EvalHarness.Tasks.Functions;

/// <summary>What a function marks an item with, beside its scores: 1 where it holds, 0 or nothing where not.</summary>
internal static class ItemMarks
{
    /// <summary>Whether an item carries a mark.</summary>
    public static bool Has(this IReadOnlyDictionary<string, double> scores, string mark) => scores.GetValueOrDefault(mark) == 1;

    /// <summary>The average of a score over the items that a condition selects; null where it selects none.</summary>
    public static double? MeanOf(this IEnumerable<IReadOnlyDictionary<string, double>> items, string score)
    {
        var values = items.Select(item => item[score]).ToList();
        return values.Count == 0 ? null : values.Sum() / values.Count;
    }
}
