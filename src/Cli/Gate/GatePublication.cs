using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;
using Loragate.Governance.Policies;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Ci;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Gate;

/// <summary>
/// What follows a decision, in an order without a cycle: sign, log the decision, render the report with that proof, log the release
/// (or the report of a refusal), seal the dossier. What an earlier run signed for the same decision is kept, so a killed gate logs nothing twice.
/// </summary>
internal sealed class GatePublication(Tool tool, GateRequest request, Dossier dossier, StagedAdapter adapter, Signer? signer, LedgerWriter? ledger, FontSet fonts)
{
    public GateResult Publish(Policy policy, Decision decision, Evidence evidence, CancellationToken cancellationToken)
    {
        RemoveStale(decision);
        var position = ledger?.Log(Entry(DossierProofs.DecisionEntry, [new LedgerSubject(decision.Adapter.Name, decision.Adapter.Digest), new LedgerSubject(Dossier.DecisionFile, decision.ComputeDigest())], decision), dossier.PathTo(DossierProofs.DecisionProof), cancellationToken);
        var (earlierProof, earlierSeal) = (ReadEarlier(ReleaseLayout.Proof), ReadEarlier(ReleaseLayout.Seal));
        RemoveRelease();
        using var release = decision.Verdict == Verdict.Approved && signer is not null ? StageAdapter(decision, cancellationToken) : null;
        if (signer is not null)
            SignVerdict(policy, decision, release, cancellationToken);
        DossierProofs.WriteKeys(dossier.Folder, signer?.Key.Public, ledger?.Verifier);
        var contents = Contents(decision, evidence, position);
        var report = AuditReport.Render(contents, request.Language, fonts);
        WriteIfChanged(dossier.PathTo(DossierProofs.ReportFile), report);
        if (request.Report is { } copy)
            AtomicFile.Write(copy, report);
        if (request.Sarif is { } sarif)
            AtomicFile.Write(sarif, SarifLog.Render(decision, evidence.Inspection.Record, Tool.Version));
        if (request.JUnit is { } junit)
            AtomicFile.Write(junit, JUnitReport.Render(decision));
        if (release is not null)
            FinishRelease(decision, release, earlierProof, earlierSeal, cancellationToken);
        else
            _ = ledger?.Log(Entry(DossierProofs.ReportEntry, [new LedgerSubject(DossierProofs.ReportFile, Digest.Of(report))], decision), dossier.PathTo(DossierProofs.ReportProof), cancellationToken);
        adapter.Dispose();
        if (signer is not null)
            DossierSeal.Sign(dossier.Folder, signer, cancellationToken);
        return new GateResult(decision, contents, request.Report ?? dossier.PathTo(DossierProofs.ReportFile), release is null ? null : dossier.PathTo(DossierProofs.ReleaseFolder));
    }

    /// <summary>Nothing that an earlier decision, another key or another ledger left may pass for this decision's.</summary>
    private void RemoveStale(Decision decision)
    {
        var verdict = dossier.PathTo(DossierProofs.VerdictFile);
        List<string> stale = [DossierSeal.FileName];
        if (signer is null || !(File.Exists(verdict) && IsVerdictOn(decision, File.ReadAllBytes(verdict))))
            stale.Add(DossierProofs.VerdictFile);
        if (signer is null || decision.Verdict != Verdict.Approved)
            stale.Add(ReleaseLayout.ModelSignature);
        if (signer is null)
            stale.Add(DossierProofs.PublicKeyFile);
        if (ledger is null)
            stale.AddRange([DossierProofs.DecisionProof, DossierProofs.VerifierKeyFile]);
        if (ledger is null || decision.Verdict == Verdict.Approved)
            stale.Add(DossierProofs.ReportProof);
        foreach (var file in stale.Select(dossier.PathTo).Where(File.Exists))
            File.Delete(file);
    }

    /// <summary>Copies the adapter into the release and proves that the copy is what was judged: only the copy is signed.</summary>
    /// <exception cref="IntegrityException">The adapter was changed while the gate ran.</exception>
    private OutputFolder StageAdapter(Decision decision, CancellationToken cancellationToken)
    {
        var output = OutputFolder.Create(dossier.PathTo(DossierProofs.ReleaseFolder));
        try
        {
            foreach (var file in decision.Adapter.Files)
                output.CopyIn(Path.Combine(adapter.Folder, file.Path), $"{ReleaseLayout.Adapter}/{file.Path}");
            return FolderManifest.Read(AdapterCopy(output), cancellationToken).Digest == decision.Adapter.Digest
                ? output
                : throw new IntegrityException(request.Adapter, "the adapter was changed while the gate ran: nothing was signed");
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    private static string AdapterCopy(OutputFolder release) => Path.Combine(release.Path, ReleaseLayout.Adapter);

    private void SignVerdict(Policy policy, Decision decision, OutputFolder? release, CancellationToken cancellationToken)
    {
        var modelSignature = dossier.PathTo(ReleaseLayout.ModelSignature);
        if (release is not null && !(File.Exists(modelSignature) && OmsVerifier.Verify(AdapterCopy(release), File.ReadAllBytes(modelSignature), signer!.Own, cancellationToken: cancellationToken).IsValid))
        {
            AtomicFile.Write(modelSignature, OmsSigner.Sign(AdapterCopy(release), signer!, cancellationToken));
            File.Delete(dossier.PathTo(DossierProofs.VerdictFile));
        }
        var path = dossier.PathTo(DossierProofs.VerdictFile);
        if (File.Exists(path))
            return;
        var summary = new VerificationSummary
        {
            VerifierId = "urn:loragate:gate",
            VerifierVersion = Tool.Version,
            TimeVerified = tool.Clock.GetUtcNow(),
            ResourceUri = $"urn:loragate:adapter:sha256:{decision.Adapter.Digest}",
            PolicyUri = $"urn:loragate:policy:{Uri.EscapeDataString(policy.Name)}",
            Decision = decision,
            Subjects = release is null ? Attestation.SubjectsOf(decision.Adapter.Files) : Attestation.SubjectsOf(decision.Adapter.Name, File.ReadAllBytes(modelSignature), decision.Adapter.Files),
        };
        AtomicFile.Write(path, Attestation.Sign(summary.ToStatement(), signer!));
    }

    private bool IsVerdictOn(Decision decision, byte[] bundle)
    {
        var result = Attestation.Verify(bundle, signer!.Own, VerificationSummary.PredicateType, DossierProofs.VerdictFile);
        return result.IsValid
            && result.Statement!.Predicate.TryGetProperty(VerificationSummary.DecisionProperty, out var own)
            && own.TryGetProperty("decision", out var named)
            && named.TryGetProperty("sha256", out var digest)
            && digest.GetString() == decision.ComputeDigest().Hex;
    }

    private LedgerEntry Entry(string type, IReadOnlyList<LedgerSubject> subjects, Decision decision) =>
        new(
            type,
            tool.Clock.GetUtcNow(),
            subjects,
            [new LedgerEvidence(decision.Schema, decision.ComputeDigest()), .. decision.Evidence.Select(e => new LedgerEvidence(e.Schema, e.Digest)).Distinct()],
            JsonSerializer.SerializeToElement(new JsonObject
            {
                ["verdict"] = decision.Verdict.ToString().ToLowerInvariant(),
                ["policy"] = new JsonObject { ["name"] = decision.Policy.Name, ["version"] = decision.Policy.Version, ["sha256"] = decision.Policy.Digest.Hex },
            }));

    private ReportContents Contents(Decision decision, Evidence evidence, LedgerPosition? position) => new()
    {
        Decision = decision,
        Inspection = evidence.Inspection.Record,
        Run = dossier.Run,
        Merge = evidence.Receipt?.Record,
        BaseEvaluations = [.. evidence.Base.Values.Select(r => r.Record)],
        CandidateEvaluations = [.. evidence.Candidate.Values.Select(r => r.Record)],
        Ledger = position,
        Signatures = DossierProofs.Signatures(dossier.Folder),
        SignaturesAreChecked = true,
    };

    /// <summary>Adds signatures and report to the staged release, logs it, seals it with the log's proof, and publishes it under its name.</summary>
    private void FinishRelease(Decision decision, OutputFolder release, byte[]? earlierProof, byte[]? earlierSeal, CancellationToken cancellationToken)
    {
        release.CopyIn(dossier.PathTo(ReleaseLayout.ModelSignature), ReleaseLayout.ModelSignature);
        release.CopyIn(dossier.PathTo(DossierProofs.VerdictFile), ReleaseLayout.Verdict);
        release.CopyIn(dossier.PathTo(DossierProofs.ReportFile), ReleaseLayout.Report);
        if (ledger is not null)
            LogRelease(decision, release, earlierProof, cancellationToken);
        ReleaseSeal.Sign(release.Path, decision.ComputeDigest(), signer!, earlierSeal, cancellationToken);
        release.Commit();
    }

    private void LogRelease(Decision decision, OutputFolder release, byte[]? earlierProof, CancellationToken cancellationToken)
    {
        var manifest = ReleaseLayout.ManifestDigest(FolderManifest.Read(release.Path, cancellationToken).Files);
        if (earlierProof is not null)
            release.Write(ReleaseLayout.Proof, earlierProof);
        LedgerSubject[] subjects = [new(decision.Adapter.Name, decision.Adapter.Digest), new(ReleaseLayout.EntrySubject, manifest)];
        _ = ledger!.Log(Entry(ReleaseLayout.EntryType, subjects, decision), Path.Combine(release.Path, ReleaseLayout.Proof), cancellationToken);
    }

    private byte[]? ReadEarlier(string file)
    {
        var path = Path.Combine(dossier.PathTo(DossierProofs.ReleaseFolder), file);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    private void RemoveRelease()
    {
        var path = dossier.PathTo(DossierProofs.ReleaseFolder);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    private static void WriteIfChanged(string path, byte[] content)
    {
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            AtomicFile.Write(path, content);
    }
}
