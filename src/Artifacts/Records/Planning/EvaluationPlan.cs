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
public sealed record EvaluationPlan(double Alpha, int Seed, string StopRule, IReadOnlyList<PlannedTask> Tasks, IReadOnlyList<PlannedRule> Rules) : Record
{
    /// <summary>Every planned item is scored once, and nothing is judged before the last.</summary>
    public const string AllItemsOnce = "all-items-once";

    /// <summary>The schema of these records.</summary>
    public const string SchemaName = "loragate.plan/1";

    /// <inheritdoc/>
    public override string Schema => SchemaName;
}
