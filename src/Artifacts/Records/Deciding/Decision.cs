using System.Text.Json.Serialization;

namespace Loragate.Artifacts.Records.Deciding;

/// <summary>The verdict on a release: a pure function of the policy, the trust policy, the evidence and the day.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="AsOf">The day on which freshness and waivers were judged, UTC.</param>
/// <param name="Adapter">The adapter that is judged.</param>
/// <param name="Base">The base's weights digest; null where no merge took place.</param>
/// <param name="Tasks">Every task of the policy that was measured, by name.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Rules">Every rule of the policy, in its order.</param>
/// <param name="Evidence">Every record that was read, and every approval and waiver that counts.</param>
/// <param name="Trust">The trust policy; null where the gate was given none.</param>
/// <param name="Authors">The ids of who made the adapter; null without a trust policy.</param>
/// <param name="Quorum">Whom the policy asks to approve, in its order; null where it asks for nobody.</param>
/// <param name="Approvals">What became of each approval, by file; null without a trust policy.</param>
/// <param name="Waivers">What became of each waiver, by its id; null where there are none.</param>
/// <param name="AuthorsMayApprove">true where the policy lets authors approve what they made; null where it does not, or asks for nobody.</param>
/// <param name="Revocation">The last revocation of a release with exactly this adapter; null where the gate's ledger held none.</param>
public sealed record Decision(
    PolicyIdentity Policy,
    DateOnly AsOf,
    AdapterIdentity Adapter,
    Digest? Base,
    IReadOnlyList<MeasuredTask> Tasks,
    Verdict Verdict,
    IReadOnlyList<RuleResult> Rules,
    IReadOnlyList<EvidenceLink> Evidence,
    TrustIdentity? Trust = null,
    IReadOnlyList<string>? Authors = null,
    IReadOnlyList<RoleQuorum>? Quorum = null,
    IReadOnlyList<ApprovalResult>? Approvals = null,
    IReadOnlyList<WaiverResult>? Waivers = null,
    bool? AuthorsMayApprove = null,
    AdapterRevocation? Revocation = null) : Record
{
    /// <summary>The schema of these records.</summary>
    public const string SchemaName = "loragate.decision/1";

    /// <inheritdoc/>
    public override string Schema => SchemaName;

    /// <summary>Whether a release of exactly this adapter was revoked, and nobody has approved the adapter since: then it is not approved, whatever its rules say.</summary>
    [JsonIgnore]
    public bool IsTakenBack => Revocation is not null && (Approvals ?? []).All(approval => approval is not { State: ApprovalState.Counted, Outcome: ApprovalOutcome.Approved });

    /// <summary>Whether nothing but that stands against the adapter.</summary>
    [JsonIgnore]
    public bool IsRejectedByRevocation => IsTakenBack && Verdict == Verdict.Rejected && Rules.All(rule => rule is not { Severity: Severity.Block, Outcome: Outcome.Failed });

    /// <summary>Whether an approval was given before somebody revoked a release of this adapter, as the gate read in its ledger.</summary>
    /// <param name="file">The approval's file.</param>
    public bool IsBeforeRevocation(string file) => Approvals?.Any(approval => approval.File == file && approval.State == ApprovalState.BeforeRevocation) == true;
}
