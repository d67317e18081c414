using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Policies;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Gate;

/// <summary>
/// What follows a decision, in an order without a cycle: sign, log the decision, render the report with that proof, log the release
/// (or the report of a refusal), seal the dossier. What an earlier run signed for the same decision is kept, so a killed gate logs nothing twice.
/// </summary>
internal sealed class GatePublication(Tool tool, GateRequest request, Dossier dossier, SigningKey? key)
{
    private const string ReportFile = "report.pdf";
    private const string ReportProof = "report.tlog-proof";
    private const string ReleaseFolder = "release";
    private const string ReportEntry = "report";
    private const string DecisionEntry = "decision";

    public GateResult Publish(Policy policy, Decision decision, Evidence evidence, CancellationToken cancellationToken)
    {
        var approved = decision.Verdict == Verdict.Approved;
        if (key is not null)
            SignVerdict(policy, decision, approved, cancellationToken);
        using var ledgerKey = request.LedgerKey is null ? null : LedgerKey.Read(request.LedgerKey);
        var ledger = ledgerKey is null ? null : new LedgerWriter(LedgerFolder.Open(request.Ledger!), ledgerKey);
        var position = ledger?.Log(Entry(DecisionEntry, [new LedgerSubject(decision.Adapter.Name, decision.Adapter.Digest), new LedgerSubject(Dossier.DecisionFile, decision.ComputeDigest())], decision), dossier.PathTo(DossierProofs.DecisionProof), cancellationToken);
        DossierProofs.WriteKeys(dossier.Folder, key?.Public, ledger?.Verifier);
        var contents = Contents(decision, evidence, position);
        var report = AuditReport.Render(contents, request.Language, FontSet.For(request.Language));
        WriteOnce(dossier.PathTo(ReportFile), report);
        if (request.Report is { } copy)
            AtomicFile.Write(copy, report);
        var release = approved && key is not null ? BuildRelease(decision, ledger, cancellationToken) : RemoveRelease();
        if (release is null)
            _ = ledger?.Log(Entry(ReportEntry, [new LedgerSubject(ReportFile, Digest.Of(report))], decision), dossier.PathTo(ReportProof), cancellationToken);
        if (key is not null)
            DossierSeal.Sign(dossier.Folder, key, cancellationToken);
        return new GateResult(decision, contents, request.Report ?? dossier.PathTo(ReportFile), release);
    }

    private void SignVerdict(Policy policy, Decision decision, bool approved, CancellationToken cancellationToken)
    {
        var modelSignature = dossier.PathTo(ReleaseLayout.ModelSignature);
        if (approved && !(File.Exists(modelSignature) && OmsVerifier.Verify(request.Adapter, File.ReadAllBytes(modelSignature), key!.Public, cancellationToken: cancellationToken).IsValid))
            AtomicFile.Write(modelSignature, OmsSigner.Sign(request.Adapter, key!, cancellationToken));
        if (!approved)
            File.Delete(modelSignature);
        var path = dossier.PathTo(DossierProofs.VerdictFile);
        if (File.Exists(path) && IsVerdictOn(decision, File.ReadAllBytes(path)))
            return;
        var summary = new VerificationSummary
        {
            VerifierId = "urn:loragate:gate",
            VerifierVersion = Tool.Version,
            TimeVerified = tool.Clock.GetUtcNow(),
            ResourceUri = $"urn:loragate:adapter:sha256:{decision.Adapter.Digest}",
            PolicyUri = $"urn:loragate:policy:{Uri.EscapeDataString(policy.Name)}",
            Decision = decision,
            Subjects = approved ? Attestation.SubjectsOf(decision.Adapter.Name, File.ReadAllBytes(modelSignature), decision.Adapter.Files) : Attestation.SubjectsOf(decision.Adapter.Files),
        };
        AtomicFile.Write(path, Attestation.Sign(summary.ToStatement(), key!));
    }

    private bool IsVerdictOn(Decision decision, byte[] bundle)
    {
        var result = Attestation.Verify(bundle, key!.Public, VerificationSummary.PredicateType, DossierProofs.VerdictFile);
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
    };

    /// <summary>Builds the release in full beside its place; an earlier one of the same bytes is left alone.</summary>
    private string BuildRelease(Decision decision, LedgerWriter? ledger, CancellationToken cancellationToken)
    {
        var path = dossier.PathTo(ReleaseFolder);
        var building = path + ".building";
        if (Directory.Exists(building))
            Directory.Delete(building, recursive: true);
        using (var output = OutputFolder.Create(building))
        {
            foreach (var file in decision.Adapter.Files)
                output.CopyIn(Path.Combine(request.Adapter, file.Path), $"{ReleaseLayout.Adapter}/{file.Path}");
            output.CopyIn(dossier.PathTo(ReleaseLayout.ModelSignature), ReleaseLayout.ModelSignature);
            output.CopyIn(dossier.PathTo(DossierProofs.VerdictFile), ReleaseLayout.Verdict);
            output.CopyIn(dossier.PathTo(ReportFile), ReleaseLayout.Report);
            var files = FolderManifest.Read(output.Path, cancellationToken).Files;
            if (File.Exists(Path.Combine(path, ReleaseLayout.Proof)))
                output.CopyIn(Path.Combine(path, ReleaseLayout.Proof), ReleaseLayout.Proof);
            _ = ledger?.Log(Entry(ReleaseLayout.EntryType, [.. files.Select(f => new LedgerSubject(f.Path, f.Sha256))], decision), Path.Combine(output.Path, ReleaseLayout.Proof), cancellationToken);
            output.Commit();
        }
        RemoveRelease();
        Directory.Move(building, path);
        return path;
    }

    private string? RemoveRelease()
    {
        var path = dossier.PathTo(ReleaseFolder);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        return null;
    }

    private static void WriteOnce(string path, byte[] content)
    {
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            AtomicFile.Write(path, content);
    }
}
