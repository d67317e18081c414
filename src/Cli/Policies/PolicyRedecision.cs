using Loragate.Artifacts;
using Loragate.Cli.Verifying;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Comparing;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Policies;

/// <summary>What two policies decide from the records of a dossier, after it was verified.</summary>
/// <param name="Before">The first policy.</param>
/// <param name="After">The second policy.</param>
/// <param name="Signer">Who is trusted to have sealed dossiers; null where nobody was named.</param>
/// <param name="Trust">Whose word counts; null for nobody's.</param>
/// <param name="Log">The ledger's key, or null.</param>
internal sealed record PolicyRedecision(Policy Before, Policy After, SignerTrust? Signer, TrustPolicy? Trust, LedgerVerifier? Log)
{
    /// <summary>Verifies a dossier and decides it again.</summary>
    /// <exception cref="DossierException">It is no dossier of a gate that ended.</exception>
    /// <exception cref="IntegrityException">Something in it does not hold; names all.</exception>
    /// <exception cref="UsageException">It is signed, and nobody was named to trust.</exception>
    public DossierShift Decide(string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder) || !Dossier.IsDossier(folder))
            throw new DossierException(folder, "no dossier", "Give the dossier of a gate that ended.");
        if (Signer is not null)
            Verify(folder, Signer, cancellationToken);
        else if (File.Exists(Path.Combine(folder, DossierSeal.FileName)))
            throw new UsageException($"{folder} is signed. Whom to trust? Give --key PUBLIC.pem, --roots CA.pem or --trust FILE.");
        var dossier = FinishedDossier.Read(folder);
        var endorsements = Trust is null ? null : dossier.EndorsementsIn(folder, Trust);
        var (decision, name) = (dossier.Decision, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));
        return new DossierShift(name, decision.Adapter.Name, decision.Adapter.Digest, decision.AsOf, Signer?.Description, decision.Policy, decision.Verdict, Under(Before, dossier, endorsements), Under(After, dossier, endorsements));
    }

    private static VerdictSummary Under(Policy policy, FinishedDossier dossier, Endorsements? endorsements) =>
        VerdictSummary.Of(DecisionMaker.Decide(policy, dossier.EvidenceFor(policy, endorsements), dossier.Decision.AsOf));

    private void Verify(string folder, SignerTrust signer, CancellationToken cancellationToken)
    {
        var findings = FolderVerifier.CheckDossier(new VerifyRequest(folder, null, signer, Log, new ExpectedInputs(null, null, null)), cancellationToken).Findings;
        if (findings.Count > 0)
            throw new IntegrityException(folder, string.Join("; ", findings));
    }
}
