using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Ledger.Witnessing;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>
/// Demands that enough witnesses have cosigned a checkpoint under which a release is logged. They cosign after the gate has sealed its proof, so the
/// proof that shows it is made later ('ledger prove --trust') and lies beside the release.
/// </summary>
public static class WitnessedRelease
{
    /// <summary>What does not hold; empty where the quorum stands for the release's entry.</summary>
    /// <param name="release">The release, whose own proof holds.</param>
    /// <param name="proofFile">A later proof of the same entry; null where there is only the release's own.</param>
    /// <param name="log">The ledger's key.</param>
    /// <param name="quorum">Who must have cosigned.</param>
    public static IReadOnlyList<VerificationFinding> Verify(string release, string? proofFile, LedgerVerifier log, WitnessQuorum quorum)
    {
        ArgumentNullException.ThrowIfNull(quorum);
        var place = proofFile ?? ReleaseLayout.Proof;
        try
        {
            var own = TlogProof.Read(Path.Combine(release, ReleaseLayout.Proof), ReleaseLayout.Proof);
            var proof = proofFile is null ? own : TlogProof.Read(proofFile, proofFile);
            _ = proof.Verify(own.Extra!.Value.Span, log, place);
            var signers = quorum.SignersOf(SignedNote.Parse(proof.Checkpoint.Span, place), log, place);
            return signers.Count >= quorum.Needed
                ? []
                : [Finding(place, $"cosigned by {signers.Count} of the {quorum.Needed} witnesses that the trust policy demands. Give a later proof of entry {own.Index} with --proof: 'loragate ledger prove --trust' makes it once they have cosigned")];
        }
        catch (Exception e) when (e is LedgerException or IntegrityException or FolderException)
        {
            return [Finding(place, e is MalformedInputException malformed ? malformed.Fault : ((IntegrityException)e).Fault)];
        }
    }

    private static VerificationFinding Finding(string place, string message) => new(SignatureFault.NotWitnessed, place, message);
}
