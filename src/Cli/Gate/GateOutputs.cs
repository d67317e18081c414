using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;

namespace Loragate.Cli.Gate;

/// <summary>
/// What a gate makes of the records in its dossier: the decision, and all that is signed, logged, drawn and released of it. It belongs to exactly those records, so it goes before the
/// first of them changes: a gate that ends before its decision leaves either all that an earlier one made, or none of it.
/// </summary>
internal static class GateOutputs
{
    // The seal first, the decision next: what a killed run leaves is not taken for a whole dossier.
    private static readonly string[] Made =
    [
        DossierSeal.FileName, Dossier.DecisionFile, RecordFolder.SignatureOf(Dossier.DecisionFile), DossierProofs.VerdictFile, DossierProofs.ReportFile, DossierProofs.DecisionProof, DossierProofs.ReportProof,
        ReleaseLayout.ModelSignature, DossierProofs.MergeFile, DossierProofs.EvaluationFile, DossierProofs.BillOfMaterials, Dossier.PolicyFile, DossierProofs.PublicKeyFile, DossierProofs.VerifierKeyFile,
    ];

    /// <summary>Takes away what an earlier run made of the records in a dossier.</summary>
    /// <param name="folder">The dossier.</param>
    public static void Remove(string folder)
    {
        foreach (var file in Made.Select(file => Path.Combine(folder, file)).Where(File.Exists))
            File.Delete(file);
        GateRelease.Remove(folder);
    }

    /// <summary>Takes away the copies and forms of a report that an earlier run left where this one was asked for its own.</summary>
    /// <param name="request">What was asked for.</param>
    public static void RemoveCopies(GateRequest request)
    {
        foreach (var copy in new[] { request.Report, request.Sarif, request.JUnit, request.Summary }.Where(File.Exists))
            File.Delete(copy!);
    }

    /// <summary>Takes away what an earlier run made, where it was logged in another ledger than this run's.</summary>
    /// <param name="dossier">The dossier.</param>
    /// <param name="log">The key of the ledger that this run logs to; null for none.</param>
    public static void RemoveLoggedElsewhere(Dossier dossier, LedgerVerifier? log)
    {
        var logged = dossier.PathTo(DossierProofs.VerifierKeyFile);
        if (log is not null && File.Exists(logged) && File.ReadAllText(logged).TrimEnd('\n') != log.ToString())
            Remove(dossier.Folder);
    }
}
