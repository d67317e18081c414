using Loragate.Governance.Signing;

namespace Loragate.Governance.Dossiers;

/// <summary>What a verifier of a dossier found.</summary>
/// <param name="Findings">Everything that does not hold, each with its file.</param>
/// <param name="Pending">What people signed after the seal: no finding, and it counts for nothing until the gate runs again.</param>
public sealed record DossierVerification(IReadOnlyList<VerificationFinding> Findings, IReadOnlyList<string> Pending)
{
    /// <summary>What was proved of the decision, in sentences; none where only the seal was looked at.</summary>
    public IReadOnlyList<string> Proved { get; init; } = [];

    /// <summary>What could not be tried of it, in sentences.</summary>
    public IReadOnlyList<string> NotProved { get; init; } = [];

    /// <summary>A dossier whose seal itself does not hold.</summary>
    internal static DossierVerification Refused(params IReadOnlyList<VerificationFinding> findings) => new(findings, []);
}
