using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Policies.Reviewing;

/// <summary>What a check of a policy found, for machines (docs/formats/policy-check.v1.md).</summary>
/// <param name="Policy">The policy; null where it could not be read.</param>
/// <param name="Faults">Everything that keeps a gate from using it, by line.</param>
/// <param name="Warnings">What a careful reviewer would ask about it, by line.</param>
/// <param name="Tasks">Its tasks that could be read, in the file's order.</param>
/// <param name="Powers">What its statistical rules can show, in the file's order.</param>
public sealed record PolicyCheck(
    PolicyIdentity? Policy, IReadOnlyList<YamlFault> Faults, IReadOnlyList<PolicyWarning> Warnings, IReadOnlyList<TaskPinning> Tasks, IReadOnlyList<RulePower> Powers) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.policy-check/1";

    /// <summary>A file that is no policy.</summary>
    public static PolicyCheck Of(PolicyException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new PolicyCheck(null, exception.Faults, [], [], []);
    }
}
