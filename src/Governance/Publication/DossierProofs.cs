using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Reports;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>
/// What a finished dossier says of its own signatures and ledger. It is shown in reports; a verifier takes keys from a source
/// that it trusts instead.
/// </summary>
public static class DossierProofs
{
    /// <summary>The gate's public key, for whoever wants to look.</summary>
    public const string PublicKeyFile = "gate.pub.pem";

    /// <summary>The ledger's verifier key, for whoever wants to look.</summary>
    public const string VerifierKeyFile = "ledger.vkey";

    /// <summary>Proof that the decision is logged.</summary>
    public const string DecisionProof = "decision.tlog-proof";

    /// <summary>The verdict, as an attestation.</summary>
    public const string VerdictFile = "verdict.sigstore.json";

    /// <summary>Writes the public halves of the keys.</summary>
    public static void WriteKeys(string folder, VerificationKey? key, LedgerVerifier? log)
    {
        if (key is not null)
            AtomicFile.Write(Path.Combine(folder, PublicKeyFile), System.Text.Encoding.ASCII.GetBytes(key.Pem));
        if (log is not null)
            AtomicFile.Write(Path.Combine(folder, VerifierKeyFile), System.Text.Encoding.ASCII.GetBytes(log + "\n"));
    }

    /// <summary>Where the decision stands in the ledger; null where it was not logged.</summary>
    /// <exception cref="IntegrityException">The proof does not hold.</exception>
    public static LedgerPosition? Position(string folder)
    {
        var (proofPath, keyPath) = (Path.Combine(folder, DecisionProof), Path.Combine(folder, VerifierKeyFile));
        return File.Exists(proofPath) && File.Exists(keyPath)
            ? Position(TlogProof.Parse(File.ReadAllBytes(proofPath), proofPath), LedgerVerifier.Read(keyPath), proofPath)
            : null;
    }

    /// <summary>Checks against a trusted ledger key that the decision which lies in a dossier is logged; empty where it is.</summary>
    public static IReadOnlyList<VerificationFinding> Verify(string folder, LedgerVerifier log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var proofPath = Path.Combine(folder, DecisionProof);
        if (!File.Exists(proofPath))
            return [new VerificationFinding(SignatureFault.MissingFile, DecisionProof, "the decision is not proved to be in the ledger")];
        var decisionPath = Path.Combine(folder, Dossiers.Dossier.DecisionFile);
        if (!File.Exists(decisionPath))
            return [new VerificationFinding(SignatureFault.MissingFile, Dossiers.Dossier.DecisionFile, "the decision is missing")];
        try
        {
            var proof = TlogProof.Parse(File.ReadAllBytes(proofPath), DecisionProof);
            _ = Position(proof, log, DecisionProof);
            var entry = LedgerEntry.Parse(proof.Extra!.Value, DecisionProof);
            var decision = Digest.OfFile(decisionPath);
            return entry.Type == "decision" && entry.Subjects.Contains(new LedgerSubject(Dossiers.Dossier.DecisionFile, decision))
                ? []
                : [new VerificationFinding(SignatureFault.OtherSubject, DecisionProof, "the logged entry is about another decision")];
        }
        catch (IntegrityException e)
        {
            return [new VerificationFinding(SignatureFault.OtherSubject, DecisionProof, e.Fault)];
        }
        catch (MalformedInputException e)
        {
            return [new VerificationFinding(SignatureFault.OtherSubject, DecisionProof, e.Fault)];
        }
    }

    /// <summary>A proof as a report shows it, after it was checked.</summary>
    /// <exception cref="IntegrityException">The proof does not hold, or does not carry its entry.</exception>
    internal static LedgerPosition Position(TlogProof proof, LedgerVerifier log, string place)
    {
        var entry = proof.Extra ?? throw new IntegrityException(place, "the proof does not carry the logged entry");
        var checkpoint = proof.Verify(entry.Span, log, place);
        return new LedgerPosition(checkpoint.Origin, proof.Index, checkpoint.Size, Convert.ToBase64String(checkpoint.Root.ToBytes()), log.ToString(), Digest.Of(entry.Span));
    }

    /// <summary>The signatures of the release or refusal.</summary>
    public static IReadOnlyList<SignatureNote> Signatures(string folder)
    {
        var keyPath = Path.Combine(folder, PublicKeyFile);
        if (!File.Exists(keyPath))
            return [];
        var key = VerificationKey.Read(keyPath);
        return [.. new[] { ReleaseLayout.ModelSignature, VerdictFile }.Where(f => File.Exists(Path.Combine(folder, f))).Select(f => new SignatureNote(f, $"ecdsa-{key.Type.ToString().ToLowerInvariant()}", key.Hint.Hex))];
    }
}
