using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Dossiers;
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

    /// <summary>Proof that the plan was logged, before the decision.</summary>
    public const string PlanProof = "plan.tlog-proof";

    /// <summary>Proof that the report is logged, where there is no release that holds it.</summary>
    public const string ReportProof = "report.tlog-proof";

    /// <summary>The audit report.</summary>
    public const string ReportFile = "report.pdf";

    /// <summary>The release, where the adapter was approved and signed.</summary>
    public const string ReleaseFolder = "release";

    /// <summary>The type of the report's entry in the ledger.</summary>
    public const string ReportEntry = "report";

    /// <summary>The verdict, as an attestation.</summary>
    public const string VerdictFile = "verdict.sigstore.json";

    /// <summary>How the merged model was made, as an attestation.</summary>
    public const string MergeFile = "merge.sigstore.json";

    /// <summary>How the tests ended, as an attestation.</summary>
    public const string EvaluationFile = "evaluation.sigstore.json";

    /// <summary>The signed verdict on the release before, where the gate was given that release and found it to be by somebody trusted.</summary>
    public const string PreviousVerdictFile = "previous-verdict.sigstore.json";

    /// <summary>What somebody signed about the trials, where the gate was given those and found it to be by somebody trusted.</summary>
    public const string TrialsSignatureFile = TrialFiles.Signature;

    /// <summary>The bill of materials (CycloneDX), where there is one.</summary>
    public const string BillOfMaterials = "bom.cdx.json";

    /// <summary>Writes the public halves of the keys.</summary>
    public static void WriteKeys(string folder, VerificationKey? key, LedgerVerifier? log)
    {
        if (key is not null)
            AtomicFile.Write(Path.Combine(folder, PublicKeyFile), System.Text.Encoding.ASCII.GetBytes(key.Pem));
        if (log is not null)
            AtomicFile.Write(Path.Combine(folder, VerifierKeyFile), System.Text.Encoding.ASCII.GetBytes(log + "\n"));
    }

    /// <summary>
    /// Checks against a trusted ledger key that the decision which lies in a dossier is logged, so is its plan before it, and so is the
    /// report where no release holds it; empty where they are.
    /// </summary>
    public static IReadOnlyList<VerificationFinding> Verify(string folder, LedgerVerifier log)
    {
        ArgumentNullException.ThrowIfNull(log);
        List<VerificationFinding> findings = [.. Verify(folder, DecisionProof, log, DecisionData.EntryType, Dossier.DecisionFile)];
        if (!Directory.Exists(Path.Combine(folder, ReleaseFolder)))
            findings.AddRange(Verify(folder, ReportProof, log, ReportEntry, ReportFile));
        if (File.Exists(Path.Combine(folder, Dossier.PlanFile)))
        {
            var plan = Verify(folder, PlanProof, log, PlanEntry.EntryType, Dossier.PlanFile);
            findings.AddRange(plan);
            if (findings.Count == 0 && PlanFault(ProofIn(folder, PlanProof), ProofIn(folder, DecisionProof)) is { } fault)
                findings.Add(fault);
        }
        return findings;
    }

    /// <summary>When the ledger logged the decision that lies in a dossier, by the proof in it; null where that does not hold. The gate seals right after it.</summary>
    /// <param name="folder">The dossier.</param>
    /// <param name="log">The ledger's key.</param>
    public static DateTimeOffset? LoggedTime(string folder, LedgerVerifier log)
    {
        ArgumentNullException.ThrowIfNull(log);
        try
        {
            // Before anything is opened: a pipe in the place of a file would be waited for.
            _ = FolderManifest.List(folder);
            var decision = Path.Combine(folder, Dossier.DecisionFile);
            return File.Exists(decision) ? LoggedEntry.Open(folder, DecisionProof, log, DecisionData.EntryType, new LedgerSubject(Dossier.DecisionFile, Digest.OfFile(decision))).Time : null;
        }
        catch (Exception e) when (e is FolderException or SignatureException)
        {
            return null;
        }
    }

    /// <summary>A plan that was logged after the decision was made to fit it, and one for something else is none; null where it stands before, for the same, or one of the proofs does not hold.</summary>
    internal static VerificationFinding? PlanFault(TlogProof? plan, TlogProof? decision)
    {
        if (plan is null || decision is null)
            return null;
        var fault = plan.Index >= decision.Index ? "the plan was logged after the decision"
            : PlanEntry.IsFor(EntryOf(plan, PlanProof), EntryOf(decision, DecisionProof)) ? null
            : "the plan was logged for another adapter or policy than the decision judges";
        return fault is null ? null : new VerificationFinding(SignatureFault.OtherSubject, PlanProof, fault);
    }

    private static LedgerEntry EntryOf(TlogProof proof, string place) => LedgerEntry.Parse(proof.Extra!.Value, place);

    private static TlogProof ProofIn(string folder, string proof) => TlogProof.Read(Path.Combine(folder, proof), proof);

    /// <summary>Whether a proof beside the plan shows that it is logged.</summary>
    /// <param name="folder">The dossier.</param>
    /// <param name="log">The key of the ledger that is asked for.</param>
    public static bool IsPlanLogged(string folder, LedgerVerifier log) => Verify(folder, PlanProof, log, PlanEntry.EntryType, Dossier.PlanFile).Count == 0;

    private static IReadOnlyList<VerificationFinding> Verify(string folder, string proof, LedgerVerifier log, string type, string file) =>
        File.Exists(Path.Combine(folder, file))
            ? LoggedEntry.Verify(folder, proof, log, type, new LedgerSubject(file, Digest.OfFile(Path.Combine(folder, file))))
            : [new VerificationFinding(SignatureFault.MissingFile, file, $"the {type} is missing")];

    /// <summary>A proof as a report shows it, after it was checked.</summary>
    /// <exception cref="IntegrityException">The proof does not hold, or does not carry its entry.</exception>
    internal static LedgerPosition Position(TlogProof proof, LedgerVerifier log, string place)
    {
        var entry = proof.Extra ?? throw new IntegrityException(place, "the proof does not carry the logged entry");
        var checkpoint = proof.Verify(entry.Span, log, place);
        return new LedgerPosition(checkpoint.Origin, proof.Index, checkpoint.Size, Convert.ToBase64String(checkpoint.Root.ToBytes()), log.ToString(), Digest.Of(entry.Span));
    }
}
