using Loragate.Artifacts.Records;

namespace Loragate.Governance.Policies;

/// <summary>What every rule says about itself.</summary>
/// <param name="Id">Its id in the policy.</param>
/// <param name="Severity">Whether a failure stops the release.</param>
/// <param name="Controls">The controls of laws and standards that it answers.</param>
/// <param name="Why">Why it is there, in plain words.</param>
public sealed record RuleHead(string Id, Severity Severity, IReadOnlyList<string> Controls, string Why);
