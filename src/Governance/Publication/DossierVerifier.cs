using Loragate.Artifacts.Folders;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Reports.Pdf;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Publication;

/// <summary>Verifies what a dossier says, as <see cref="ReportVerifier"/> does of a report: a gate that seals a decision which its own evidence refutes is found out.</summary>
public static class DossierVerifier
{
    /// <summary>Decides again from the evidence in a dossier, and holds what its gate signed against it.</summary>
    /// <param name="folder">The dossier, whose seal held under the same trust.</param>
    /// <param name="trust">Who is trusted to have sealed it. People are judged again where this is by the trust policy that the gate was given.</param>
    public static EvidenceVerification Verify(string folder, SignerTrust trust)
    {
        ArgumentNullException.ThrowIfNull(trust);
        var notes = new VerificationNotes();
        ReportEvidence? evidence = null;
        notes.Try(() =>
        {
            evidence = ReportEvidence.OfFinished(folder);
            var people = trust is RoleTrust { Policy: var policy } && policy.Identity == evidence.Decision.Trust ? policy : null;
            var seal = SigstoreBundle.Parse(PlainFile.Read(Path.Combine(folder, DossierSeal.FileName), SigstoreBundle.MaxBytes), DossierSeal.FileName);
            new EvidenceVerifier(notes, evidence, trust, people, trust.TrustedKeyOf(seal.Material, DossierSeal.FileName), BuildOf(folder)).Verify();
        });
        return notes.ToResult(evidence?.Decision);
    }

    /// <summary>The build of the gate, as its report names it; empty where it names none.</summary>
    private static string BuildOf(string folder) =>
        Path.Combine(folder, DossierProofs.ReportFile) is var path && File.Exists(path) ? DrawnBy.Of(PdfFile.Parse(File.ReadAllBytes(path), path)) ?? "" : "";
}
