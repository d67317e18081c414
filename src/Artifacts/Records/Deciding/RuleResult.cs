namespace Loragate.Artifacts.Records.Deciding;

/// <summary>One rule's outcome.</summary>
/// <param name="Id">The rule's id in the policy.</param>
/// <param name="Check">The kind of check, "non-inferiority".</param>
/// <param name="Severity">What a failure means.</param>
/// <param name="Outcome">What was found.</param>
/// <param name="Reason">The stable word for why, "bound-clears-margin"; reports translate it.</param>
/// <param name="Summary">The same in an English sentence with its numbers.</param>
/// <param name="Task">The task whose scores were used, where the rule has one.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Statistic">The numbers.</param>
/// <param name="Evidence">Digests of the records that the rule read.</param>
/// <param name="Controls">The controls that the rule answers.</param>
/// <param name="Figure">The figure of a rule without statistics, where it measures one.</param>
/// <param name="Lifted">What a waived rule came to before its waiver; null of any other.</param>
public sealed record RuleResult(
    string Id,
    string Check,
    Severity Severity,
    Outcome Outcome,
    string Reason,
    string Summary,
    string? Task,
    string? Metric,
    Statistic? Statistic,
    IReadOnlyList<Digest> Evidence,
    IReadOnlyList<string> Controls,
    Figure? Figure = null,
    LiftedResult? Lifted = null);
