using Loragate.Artifacts.Records;
using Loragate.Governance.Approvals;
using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Reference;

namespace Loragate.Governance.Publication;

/// <summary>What a verifier found, for machines (docs/formats/verification.v1.md).</summary>
/// <param name="Kind">What was verified: "folder", "release", "dossier" or "report".</param>
/// <param name="Name">The folder's name.</param>
/// <param name="Holds">Whether everything that was checked holds.</param>
/// <param name="Signer">Who was trusted: a key's id or root certificates, in words.</param>
/// <param name="Ledger">The ledger whose proofs were checked; null where none were.</param>
/// <param name="Judgement">What was judged and how it ended; null for a folder, and where something does not hold.</param>
/// <param name="Proved">What was proved, in sentences.</param>
/// <param name="NotProved">What was not even tried, in sentences: it may be wrong although everything else holds.</param>
/// <param name="Findings">Everything that does not hold.</param>
/// <param name="Reference">What the reference implementation of model signing would say of a folder; null where nobody asked.</param>
/// <param name="Lifted">The rules that did not pass and that waivers lift; null where there are none, and where something does not hold.</param>
public sealed record Verification(
    string Kind,
    string Name,
    bool Holds,
    string Signer,
    string? Ledger,
    Judgement? Judgement,
    IReadOnlyList<string> Proved,
    IReadOnlyList<string> NotProved,
    IReadOnlyList<VerificationFinding> Findings,
    ReferenceVerdict? Reference = null,
    IReadOnlyList<LiftedRule>? Lifted = null) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.verification/1";
}
