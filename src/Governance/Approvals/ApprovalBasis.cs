using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Approvals;

/// <summary>
/// What an approval is bound to (docs/formats/approvals.v1.md): everything that is judged, and not the day. Another value of any of it is
/// another basis.
/// </summary>
/// <param name="Policy">The policy.</param>
/// <param name="Trust">The trust policy; null where there is none.</param>
/// <param name="Adapter">The adapter's digest.</param>
/// <param name="Base">The base's weights digest; null where nothing was merged.</param>
/// <param name="Tasks">What was measured.</param>
/// <param name="Evidence">The records and waivers, without the approvals.</param>
public sealed record ApprovalBasis(PolicyIdentity Policy, TrustIdentity? Trust, Digest Adapter, Digest? Base, IReadOnlyList<MeasuredTask> Tasks, IReadOnlyList<EvidenceLink> Evidence)
{
    /// <summary>The basis of a decision.</summary>
    public static ApprovalBasis Of(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return new(decision.Policy, decision.Trust, decision.Adapter.Digest, decision.Base, decision.Tasks, [.. decision.Evidence.Where(link => link.Schema != Approval.PredicateType)]);
    }

    /// <summary>SHA-256 over the canonical JSON (RFC 8785).</summary>
    public Digest ComputeDigest() => Digest.Of(RecordJson.Canonical(this));
}
