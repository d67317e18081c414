using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Gate;

/// <summary>The gate's signatures over an adapter and the verdict on it, in the dossier. What an earlier run signed for the same decision is kept.</summary>
internal sealed class GateVerdict(Tool tool, Dossier dossier, Signer signer, Decision decision)
{
    private readonly string _path = dossier.PathTo(DossierProofs.VerdictFile);
    private readonly string _modelSignature = dossier.PathTo(ReleaseLayout.ModelSignature);

    /// <summary>Whether a verdict of this gate on this decision lies in the dossier.</summary>
    public bool IsThere => File.Exists(_path) && IsOnDecision(File.ReadAllBytes(_path));

    /// <summary>Signs the verdict and, where the adapter is released, first the adapter itself.</summary>
    /// <param name="adapter">The copy of the adapter that is released; null where none is.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public void Sign(string? adapter, CancellationToken cancellationToken)
    {
        if (adapter is not null && !IsSigned(adapter, cancellationToken))
        {
            AtomicFile.Write(_modelSignature, OmsSigner.Sign(adapter, signer, cancellationToken));
            File.Delete(_path);
        }
        if (!File.Exists(_path))
            AtomicFile.Write(_path, Attestation.Sign(Summary(isReleased: adapter is not null).ToStatement(), signer));
    }

    private bool IsSigned(string adapter, CancellationToken cancellationToken) =>
        File.Exists(_modelSignature) && OmsVerifier.Verify(adapter, File.ReadAllBytes(_modelSignature), signer.Own, cancellationToken: cancellationToken).IsValid;

    private VerificationSummary Summary(bool isReleased) => new()
    {
        VerifierId = "urn:loragate:gate",
        VerifierVersion = Tool.Version,
        TimeVerified = tool.Clock.GetUtcNow(),
        ResourceUri = $"urn:loragate:adapter:sha256:{decision.Adapter.Digest}",
        PolicyUri = $"urn:loragate:policy:{Uri.EscapeDataString(decision.Policy.Name)}",
        Decision = decision,
        Subjects = isReleased ? Attestation.SubjectsOf(decision.Adapter.Name, File.ReadAllBytes(_modelSignature), decision.Adapter.Files) : Attestation.SubjectsOf(decision.Adapter.Files),
    };

    private bool IsOnDecision(byte[] bundle)
    {
        var result = Attestation.Verify(bundle, signer.Own, VerificationSummary.PredicateType, DossierProofs.VerdictFile);
        return result.IsValid && VerificationSummary.DecisionOf(result.Statement!) == decision.ComputeDigest();
    }
}
