using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>What a dossier or report turned out to be.</summary>
/// <param name="Findings">Everything that does not hold.</param>
/// <param name="Decision">The decision inside; null where it could not be read.</param>
/// <param name="Proved">What was proved, in sentences.</param>
/// <param name="NotProved">What could not be tried, in sentences.</param>
public sealed record EvidenceVerification(
    IReadOnlyList<VerificationFinding> Findings, Decision? Decision, IReadOnlyList<string> Proved, IReadOnlyList<string> NotProved);
