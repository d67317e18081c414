using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Cli.Output;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Bom;
using Loragate.Governance.Reports.Ci;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Gate;

/// <summary>
/// What follows a decision, in an order without a cycle: make sure that a report can carry the evidence, log the decision, sign, render the report with
/// that proof, log the release (or the report of a refusal), seal the dossier. What an earlier run signed for the same decision is kept, so a killed gate logs nothing twice.
/// </summary>
internal sealed class GatePublication(Tool tool, GateRequest request, Dossier dossier, StagedAdapter adapter, Signer? signer, LedgerWriter? ledger, TrustPolicy? trust, GateEndorsements endorsements, FontSet fonts)
{
    /// <param name="decision">The decision.</param>
    /// <param name="evidence">What it rests on.</param>
    /// <param name="cancellationToken">Stops hashing.</param>
    public GateResult Publish(Decision decision, Evidence evidence, CancellationToken cancellationToken)
    {
        var isReleased = decision.Verdict == Verdict.Approved && signer is not null;
        var log = ledger is null ? null : new GateLog(tool, ledger, decision, trust, endorsements, evidence.Endorsements, signer?.Key.Public);
        var verdict = signer is null ? null : new GateVerdict(tool, dossier, signer, decision);
        RemoveStale(decision, verdict, isReleased);
        WritePolicy(decision);
        WriteBom(decision, evidence);
        ReportEvidence.RequireRoom(dossier.Folder, decision);
        log?.Log(DecisionData.EntryType, [new(decision.Adapter.Name, decision.Adapter.Digest), new(Dossier.DecisionFile, decision.ComputeDigest())], dossier.PathTo(DossierProofs.DecisionProof), cancellationToken);
        using var release = isReleased ? GateRelease.Stage(dossier, decision, adapter, cancellationToken) : null;
        verdict?.Sign(release?.Adapter, cancellationToken);
        if (signer is not null)
            SignStatements(signer, decision, evidence);
        DossierProofs.WriteKeys(dossier.Folder, signer?.Key.Public, ledger?.Verifier);
        var contents = Contents(evidence);
        var report = WriteReports(contents);
        if (release is not null)
            release.Finish(signer!, log, evidence.Endorsements, cancellationToken);
        else
            log?.Log(DossierProofs.ReportEntry, [new LedgerSubject(DossierProofs.ReportFile, Digest.Of(report))], dossier.PathTo(DossierProofs.ReportProof), cancellationToken);
        adapter.Dispose();
        if (signer is not null)
            DossierSeal.Sign(dossier.Folder, signer, cancellationToken);
        return new GateResult(decision, contents, request.Report ?? dossier.PathTo(DossierProofs.ReportFile), release is null ? null : dossier.PathTo(DossierProofs.ReleaseFolder));
    }

    /// <summary>Nothing that an earlier decision, another key or another ledger left may pass for this decision's.</summary>
    private void RemoveStale(Decision decision, GateVerdict? verdict, bool isReleased)
    {
        List<string> stale = [DossierSeal.FileName];
        var isNew = verdict is not { IsThere: true };
        if (isNew || !isReleased && File.Exists(dossier.PathTo(ReleaseLayout.ModelSignature)))
            stale.AddRange([DossierProofs.VerdictFile, DossierProofs.ReportFile]);
        if (isNew || !isReleased)
            GateRelease.Remove(dossier.Folder);
        if (!isReleased)
            stale.Add(ReleaseLayout.ModelSignature);
        if (signer is null)
            stale.AddRange([DossierProofs.PublicKeyFile, DossierProofs.EvaluationFile]);
        if (signer is null || decision.Base is null)
            stale.Add(DossierProofs.MergeFile);
        if (ledger is null)
            stale.AddRange([DossierProofs.PlanProof, DossierProofs.DecisionProof, DossierProofs.VerifierKeyFile]);
        if (ledger is null || isReleased)
            stale.Add(DossierProofs.ReportProof);
        foreach (var file in stale.Select(dossier.PathTo).Where(File.Exists))
            File.Delete(file);
    }

    /// <summary>How the model was made and how its tests ended, for who knows other tools than this.</summary>
    private void SignStatements(Signer signer, Decision decision, Evidence evidence)
    {
        if (evidence.Receipt is { } receipt)
            Sign(DossierProofs.MergeFile, MergeProvenance.Of(receipt.Record, receipt.Path), signer);
        Sign(DossierProofs.EvaluationFile, EvaluationResult.Of(decision, Dossier.DecisionFile), signer);
    }

    private void Sign(string file, Statement statement, Signer signer)
    {
        var path = dossier.PathTo(file);
        var earlier = File.Exists(path) ? File.ReadAllBytes(path) : null;
        if (Attestation.SignOrKeep(statement, signer, earlier) is var bundle && bundle != earlier)
            AtomicFile.Write(path, bundle);
    }

    /// <summary>The policy goes with the evidence, so that anybody can decide again.</summary>
    private void WritePolicy(Decision decision)
    {
        var policy = File.ReadAllBytes(request.Policy);
        if (Digest.Of(policy) != decision.Policy.Digest)
            throw new IntegrityException(request.Policy, "the policy was changed while the gate ran");
        AtomicFile.Write(dossier.PathTo(Dossier.PolicyFile), policy);
    }

    private void WriteBom(Decision decision, Evidence evidence)
    {
        var bom = CycloneDxBom.Render(decision, evidence.Inspection.Record, evidence.Receipt?.Record, dossier.Run, Tool.Version);
        AtomicFile.Write(dossier.PathTo(DossierProofs.BillOfMaterials), bom);
    }

    private ReportContents Contents(Evidence evidence)
    {
        var times = (evidence.Endorsements?.All ?? []).ToDictionary(bundle => bundle.File, bundle => bundle.Time, StringComparer.Ordinal);
        return ReportEvidence.OfDossier(dossier.Folder, file => times.TryGetValue(file, out var time) ? time : null).ToContents(signaturesAreChecked: true) with { Build = Tool.Version };
    }

    /// <summary>The report in the dossier, and the copies and forms of it that were asked for.</summary>
    private byte[] WriteReports(ReportContents contents)
    {
        var path = dossier.PathTo(DossierProofs.ReportFile);
        var earlier = File.Exists(path) ? File.ReadAllBytes(path) : [];
        var report = AuditReport.Render(contents, request.Language, fonts, signer, earlier, new Relay<string>(tool.Screen.Say));
        if (!earlier.AsSpan().SequenceEqual(report))
            AtomicFile.Write(path, report);
        if (request.Report is { } copy)
            AtomicFile.Write(copy, report);
        if (request.Sarif is { } sarif)
            AtomicFile.Write(sarif, SarifLog.Render(contents.Decision, contents.Inspection, Tool.Version));
        if (request.JUnit is { } junit)
            AtomicFile.Write(junit, JUnitReport.Render(contents.Decision));
        if (request.Summary is { } summary)
            AtomicFile.Write(summary, StepSummary.Render(contents.Decision, contents.Inspection));
        return report;
    }
}
