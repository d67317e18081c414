namespace Loragate.Artifacts.Records.Planning;

/// <summary>
/// What a gate will measure and how it will judge it, fixed before the first item is scored: who changes it afterwards, having seen scores,
/// changes this record's digest, which the ledger holds.
/// </summary>
/// <param name="Alpha">α, the level of every one-sided test.</param>
/// <param name="Seed">The seed of all that is drawn at random.</param>
/// <param name="StopRule">When scoring ends: <see cref="AllItemsOnce"/>.</param>
/// <param name="Tasks">The tasks by name.</param>
/// <param name="Rules">The statistical rules in the policy's order.</param>
/// <param name="DType">The type that base and candidate compute in: <see cref="StoredType"/>; null for float32, or a server's own.</param>
public sealed record EvaluationPlan(double Alpha, int Seed, string StopRule, IReadOnlyList<PlannedTask> Tasks, IReadOnlyList<PlannedRule> Rules, string? DType = null) : Record
{
    /// <summary>Every planned item is scored once, and nothing is judged before the last.</summary>
    public const string AllItemsOnce = "all-items-once";

    /// <summary>The type that the weights are stored in; the engine of a report has its name.</summary>
    public const string StoredType = "keep";

    /// <summary>The schema of these records.</summary>
    public const string SchemaName = "loragate.plan/1";

    /// <inheritdoc/>
    public override string Schema => SchemaName;
}
