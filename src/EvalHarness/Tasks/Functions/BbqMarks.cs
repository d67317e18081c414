namespace Loragate.EvalHarness.Tasks.Functions;

/// <summary>The category that an item of BBQ is marked with.</summary>
internal static class BbqMarks
{
    /// <summary>The mark of a category.</summary>
    public static string Of(string category) => $"category_{category}";

    /// <summary>The items that a metric is about: those of the category that it ends in ("bias_Age"), all where it ends in none.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, double>> Select(string metric, string name, IReadOnlyList<IReadOnlyDictionary<string, double>> scores) =>
        metric == name ? scores : scores.Where(item => item.Has(Of(metric[(name.Length + 1)..])));
}
