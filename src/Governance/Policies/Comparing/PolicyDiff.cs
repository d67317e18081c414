using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Policies.Comparing;

/// <summary>What changes with another policy, for machines (docs/formats/policy-diff.v1.md).</summary>
/// <param name="Before">The first policy.</param>
/// <param name="After">The second policy.</param>
/// <param name="Changes">Every difference between their texts.</param>
/// <param name="Dossiers">What each of them decides from the evidence of past gates.</param>
public sealed record PolicyDiff(PolicyIdentity Before, PolicyIdentity After, IReadOnlyList<PolicyChange> Changes, IReadOnlyList<DossierShift> Dossiers) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.policy-diff/1";
}
