using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Governance.Approvals;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>What <c>pull</c> fetched, for machines (docs/formats/results.v1.md).</summary>
/// <param name="Image">The image's digest.</param>
/// <param name="Holds">Whether everything holds; only then the release has its name.</param>
/// <param name="Signer">Who was trusted.</param>
/// <param name="Ledger">The ledger whose proof was checked; null without its key.</param>
/// <param name="Judgement">What was judged and how it ended; null where something does not hold.</param>
/// <param name="Findings">Everything that does not hold.</param>
/// <param name="Lifted">The rules that waivers lift; null where none does, or something does not hold.</param>
public sealed record Pulled(Digest Image, bool Holds, string Signer, string? Ledger, Judgement? Judgement, IReadOnlyList<VerificationFinding> Findings, IReadOnlyList<LiftedRule>? Lifted = null) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.pulled/1";
}
