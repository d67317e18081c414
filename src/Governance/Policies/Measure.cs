namespace Loragate.Governance.Policies;

/// <summary>Which scores a rule reads.</summary>
/// <param name="Task">The policy's name of the task.</param>
/// <param name="Metric">The metric, by its name in the items.</param>
/// <param name="Where">Only items whose carried columns have these values.</param>
/// <param name="Cluster">The carried column whose values group dependent items; null where items are independent.</param>
/// <param name="Slices">The carried column by whose values the items are also looked at apart; null for none. It changes no outcome.</param>
public sealed record Measure(string Task, string Metric, IReadOnlyDictionary<string, string> Where, string? Cluster, string? Slices)
{
    /// <summary>The carried columns that this reads.</summary>
    public IEnumerable<string> Fields => Where.Keys.Concat(new[] { Cluster, Slices }.OfType<string>());

    /// <summary>Whether an item with these columns is one of them.</summary>
    public bool Selects(IReadOnlyDictionary<string, string>? fields) =>
        Where.All(pair => fields is not null && fields.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
