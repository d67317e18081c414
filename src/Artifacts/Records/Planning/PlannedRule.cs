namespace Loragate.Artifacts.Records.Planning;

/// <summary>A statistical rule as it will be judged.</summary>
/// <param name="Id">The rule's id in the policy.</param>
/// <param name="Check">The kind of check.</param>
/// <param name="Severity">What a failure means.</param>
/// <param name="Task">The policy's name of the task.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Options">All else that changes the numbers: selection, clusters, interval, direction; by name.</param>
/// <param name="Above">The limit that the true value must exceed; null for none.</param>
/// <param name="Below">The limit that it must stay below; null for none.</param>
/// <param name="Power">The wanted probability of showing it.</param>
/// <param name="ItemsNeeded">Items that the power calculation asks for.</param>
/// <param name="ItemsAvailable">Items that there are.</param>
/// <param name="Detectable">The smallest effect that the available items show with this power (minimum detectable effect).</param>
public sealed record PlannedRule(
    string Id,
    string Check,
    Severity Severity,
    string Task,
    string Metric,
    IReadOnlyDictionary<string, string> Options,
    double? Above,
    double? Below,
    double Power,
    int ItemsNeeded,
    int ItemsAvailable,
    double Detectable);
