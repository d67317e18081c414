using Loragate.Artifacts.Records.Evaluating;

namespace Loragate.Governance.Deciding;

/// <summary>Whether two evaluations are of the same items, so that their scores can be compared item by item.</summary>
internal static class ItemPairing
{
    /// <summary>What differs first, in a word that ends "with different …"; null where the items pair.</summary>
    /// <param name="one">An evaluation.</param>
    /// <param name="other">Another.</param>
    /// <param name="fields">The carried columns that are read.</param>
    public static (Unpaired Why, string What)? Difference(EvaluationReport one, EvaluationReport other, IEnumerable<string> fields) => (one, other) switch
    {
        _ when one.Task.TaskDigest != other.Task.TaskDigest => (Unpaired.OtherTask, "task files"),
        _ when one.Task.DataDigest != other.Task.DataDigest => (Unpaired.OtherData, "data"),
        _ when one.Task.Prompt != other.Task.Prompt => (Unpaired.OtherPrompts, "prompts"),
        _ when !one.Repeated.SequenceEqual(other.Repeated) => (Unpaired.OtherItems, "repeated items"),
        _ when !one.Items.Select(item => item.Id).SequenceEqual(other.Items.Select(item => item.Id)) => (Unpaired.OtherItems, "items"),
        _ when one.Items.Zip(other.Items).Any(pair => fields.Any(field => Field(pair.First, field) != Field(pair.Second, field))) => (Unpaired.OtherItems, "columns"),
        _ => null,
    };

    /// <summary>The value of a carried column; null where the item has none.</summary>
    public static string? Field(EvaluatedItem item, string column) => item.Fields?.GetValueOrDefault(column);
}
