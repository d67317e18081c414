using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Merging;
using Loragate.Cli.Verbs;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Reference;
using Loragate.Governance.Statements;
using Loragate.Governance.Trust;
using Loragate.MergeEngine;

namespace Loragate.Cli.Verifying;

/// <summary>
/// Verifies a dossier, a release, a signed folder or a report. A folder with the mark of a dossier is one, whatever else was copied into it: its
/// seal then names what does not belong.
/// </summary>
internal static class FolderVerifier
{
    private const string ReportKind = "report";
    private const string DossierKind = "dossier";
    private const string ReleaseKind = "release";
    private const string FolderKind = "folder";
    private const string NotLogged = "that the ledger holds it: the proof's bytes are the gate's own, but the ledger's signature was not checked. Give the ledger's key with --vkey FILE";

    public static Verification Verify(VerifyRequest request, CancellationToken cancellationToken)
    {
        var kind = KindOf(request.Path, request.Signature);
        if (kind != ReportKind && !Directory.Exists(request.Path))
            throw new FolderException(request.Path, "no such folder or report", "Check the path.");
        if (request.Signature is null && IsMergedOfDossier(request.Path))
            throw new UsageException($"{request.Path}: part of a dossier, and not signed by itself. Verify the dossier: its seal and its merge receipt cover these weights.");
        if (request.WitnessedProof is not null && (kind != ReleaseKind || request.Log is null || request.People?.Witnesses is null))
            throw new UsageException("--proof goes with a release, --vkey and a --trust that names witnesses: it shows what they have cosigned.");
        // Without the time no certificate and no key can be judged.
        if (request.Time.Fault is { } fault)
            return Result(kind, request, [fault], null, null, [], [], cancellationToken);
        return kind switch
        {
            ReportKind => VerifyReport(request, cancellationToken),
            DossierKind => VerifyDossier(request, cancellationToken),
            ReleaseKind => VerifyRelease(request, cancellationToken),
            _ => VerifyFolder(request, request.Signature ?? ModelSignature.Beside(request.Path), cancellationToken),
        };
    }

    /// <summary>The file of the signature that covers everything else: the one that a time stamp is about. None of a report, which holds its own.</summary>
    public static string? SignatureOf(string path, string? signature) => KindOf(path, signature) switch
    {
        ReportKind => null,
        DossierKind => Path.Combine(path, DossierSeal.FileName),
        ReleaseKind => Path.Combine(path, ReleaseLayout.Seal),
        _ => signature ?? ModelSignature.Beside(path),
    };

    /// <summary>When a ledger logged what a path is verified as, by the proof in it; null where none proves that.</summary>
    public static DateTimeOffset? LoggedTime(string path, string? signature, LedgerVerifier log, CancellationToken cancellationToken) => KindOf(path, signature) switch
    {
        ReleaseKind => ReleaseVerifier.LoggedTime(path, log, cancellationToken),
        DossierKind => DossierProofs.LoggedTime(path, log),
        _ => null,
    };

    /// <summary>What does not hold in a dossier, of its decision, its release and its merged weights, and what people added after the seal.</summary>
    public static DossierVerification CheckDossier(VerifyRequest request, CancellationToken cancellationToken)
    {
        var seal = DossierSeal.Verify(request.Path, request.Trust, cancellationToken);
        List<VerificationFinding> findings = [.. seal.Findings];
        // What is no plain file is not opened.
        if (findings.Any(finding => finding.Fault == SignatureFault.UnsafeEntry))
            return seal;
        if (request.Log is not null)
            findings.AddRange(DossierProofs.Verify(request.Path, request.Log));
        var release = Path.Combine(request.Path, DossierProofs.ReleaseFolder);
        if (Directory.Exists(release))
            findings.AddRange(ReleaseVerifier.Verify(release, request.Trust, request.Log, cancellationToken));
        if (findings.Count == 0 && !IsUndone(request.Path))
            findings.Add(new VerificationFinding(SignatureFault.OtherSubject, Dossier.UnmergeFile, "it does not prove that the merge of the receipt can be taken back"));
        if (findings.Count > 0)
            return seal with { Findings = findings };
        var said = DossierVerifier.Verify(request.Path, request.Trust);
        findings.AddRange(said.Findings);
        if (findings.Count == 0 && MergedFault(request.Path, cancellationToken) is { } fault)
            findings.Add(new VerificationFinding(SignatureFault.ChangedFile, DossierSeal.MergedFolder, fault));
        return seal with { Findings = findings, Proved = said.Proved, NotProved = said.NotProved };
    }

    private static string KindOf(string path, string? signature) => signature switch
    {
        _ when File.Exists(path) => ReportKind,
        not null => FolderKind,
        null when Dossier.IsDossier(path) => DossierKind,
        null when ReleaseVerifier.IsRelease(path) => ReleaseKind,
        _ => FolderKind,
    };

    private static bool IsMergedOfDossier(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Path.GetFileName(full) == DossierSeal.MergedFolder && Dossier.IsDossier(Path.GetDirectoryName(full)!);
    }

    private static Verification VerifyDossier(VerifyRequest request, CancellationToken cancellationToken)
    {
        var checkedDossier = CheckDossier(request, cancellationToken);
        var findings = checkedDossier.Findings;
        var decision = findings.Count == 0 ? Record.ReadFile<Decision>(Path.Combine(request.Path, Dossier.DecisionFile)) : null;
        List<string> proved = ["every file is the one that the gate sealed, and none was added or lost", .. checkedDossier.Proved];
        List<string> open = [.. checkedDossier.NotProved, $"that the pages of {DossierProofs.ReportFile} say what the evidence says: verify it by itself", .. checkedDossier.Pending.Select(file => $"that {file} counts: it was added after the gate sealed the dossier, and counts for nothing until the gate runs again")];
        if (request.Log is not null)
            proved.Add($"the decision and what was published are logged in '{request.Log.Name}'");
        else if (File.Exists(Path.Combine(request.Path, DossierProofs.DecisionProof)))
            open.Add(NotLogged);
        if (request.Logged is { } time)
            open.Add($"that the seal is as old as the decision, which the ledger logged on {time:yyyy-MM-dd'T'HH:mm:ss'Z'}: the gate's key is judged at that time");
        if (Directory.Exists(Path.Combine(request.Path, DossierSeal.MergedFolder)))
            proved.Add("the merged tensors are those of the receipt");
        return Result(DossierKind, request, findings, decision is null ? null : Judgement.Of(decision), day => LiftedRule.In(decision!, day), proved, open, cancellationToken);
    }

    private static Verification VerifyReport(VerifyRequest request, CancellationToken cancellationToken)
    {
        if (request.Signature is not null)
            throw new UsageException("--signature goes with a folder: a report carries its signature.");
        var report = ReportVerifier.Verify(File.ReadAllBytes(request.Path), request.Trust, request.People, request.Log, request.Path, Tool.Version);
        var judgement = report.Findings.Count == 0 && report.Decision is { } decision ? Judgement.Of(decision) : null;
        return Result(ReportKind, request, report.Findings, judgement, day => LiftedRule.In(report.Decision!, day), report.Proved, report.NotProved, cancellationToken);
    }

    /// <summary>Verifies a release.</summary>
    public static Verification VerifyRelease(VerifyRequest request, CancellationToken cancellationToken)
    {
        var findings = ReleaseVerifier.VerifyWitnessed(request.Path, request.Trust, request.Log, request.WitnessedProof, cancellationToken);
        var isWitnessed = request is { Log: not null, People.Witnesses: not null };
        var judgement = findings.Count == 0 ? ReleaseVerifier.Judgement(request.Path, request.Trust) : null;
        List<string> proved = ["every file is the one that the gate sealed, and none was added or lost", "the verdict on exactly this adapter is PASSED", "merge and evaluation, as the gate states them, are those of the verdict"];
        List<string> open = [];
        if (findings.Count == 0 && ReleaseLayout.CountEndorsements(request.Path) is var signed and > 0)
            TellOfPeople(request.Trust.NamesPeople, request.Log is not null, signed, proved, open);
        if (request.Log is not null)
            proved.Add($"the release is logged in '{request.Log.Name}'{(isWitnessed ? ", as the quorum of witnesses has seen it" : "")}");
        else if (File.Exists(Path.Combine(request.Path, ReleaseLayout.Proof)))
            open.Add(NotLogged);
        return Result(ReleaseKind, request, findings, judgement, day => ReleaseVerifier.Lifted(request.Path, day), proved, open, cancellationToken);
    }

    private static void TellOfPeople(bool areKnown, bool isLogged, int signed, List<string> proved, List<string> open)
    {
        if (areKnown)
            proved.Add(signed == 1 ? "the one approval or waiver is signed by people whom the trust policy names" : $"{signed} approvals and waivers are signed by people whom the trust policy names");
        open.Add(areKnown
            ? "that their keys were good when they signed: the ledger holds the times ('ledger audit')"
            : $"who signed the {(signed == 1 ? "one approval or waiver" : $"{signed} approvals and waivers")}: their signatures were not checked. Give the trust policy with --trust FILE");
        if (isLogged)
            proved.Add("the approvals and waivers are all that the ledger counts for this release, on the basis that it logged");
        else
            open.Add("that nobody's approval is missing, and that they are about exactly what was judged: give the ledger's key with --vkey FILE");
    }

    private static Verification VerifyFolder(VerifyRequest request, string bundle, CancellationToken cancellationToken)
    {
        if (request.Signature is null && !File.Exists(bundle))
            throw new UsageException($"{bundle}: no such signature. Name it with --signature FILE.");
        if (request.Log is not null)
            throw new UsageException("--vkey goes with a release or a dossier: a signed folder carries no ledger proof.");
        if (!request.Expected.AreNone)
            throw new UsageException("--adapter, --policy and --data go with a release or a dossier: a signed folder carries no verdict.");
        var bytes = PlainFile.Read(bundle, SigstoreBundle.MaxBytes);
        if (TrainingVerifier.Claims(bytes))
            return VerifyTraining(request, bytes, bundle, cancellationToken);
        var findings = OmsVerifier.Verify(request.Path, bytes, request.Trust, bundle, cancellationToken).Findings;
        var result = Result(FolderKind, request, findings, null, null, ["every file is the signed one, and none was added or lost"], ["that anybody judged these files: a signature over a folder is no verdict"], cancellationToken);
        return request.AsksReference ? result with { Reference = ReferenceVerifier.Judge(request.Path, bytes, request.Trust, bundle, cancellationToken) } : result;
    }

    private static Verification VerifyTraining(VerifyRequest request, byte[] bytes, string bundle, CancellationToken cancellationToken)
    {
        if (request.AsksReference)
            throw new UsageException("--compat goes with a model signature: this one is about a training.");
        request = request with { Trust = request.Trust.InRole(TrustedSigner.Author) };
        var findings = TrainingVerifier.Verify(request.Path, bytes, request.Trust, bundle, cancellationToken).Findings;
        return Result(
            FolderKind, request, findings, null, null,
            ["every file is the one that the trainer signed, and none was added or lost", "the trainer signed what the training receipt among them says"],
            ["that the training took place as its receipt says: it is the trainer's own word, until the same training is done again", "that anybody judged these files: a signature over a folder is no verdict"], cancellationToken);
    }

    private static Verification Result(
        string kind, VerifyRequest request, IReadOnlyList<VerificationFinding> findings, Judgement? judgement, Func<DateOnly, IReadOnlyList<LiftedRule>>? lifted, IReadOnlyList<string> proved, IReadOnlyList<string> open, CancellationToken cancellationToken)
    {
        var all = judgement is null ? findings : [.. findings, .. request.Expected.Compare(judgement, cancellationToken)];
        var (same, notCompared) = judgement is null ? ([], []) : request.Expected.Describe(judgement);
        var holds = all.Count == 0;
        string[] stamped = request.Time.Proved is { } stamp ? [$"the signature existed on {stamp.Time:yyyy-MM-dd'T'HH:mm:ss'Z'}, as '{stamp.Authority}' says"] : [];
        string[] unjudged = request.Time.IsUnjudged ? ["that the time stamps inside the signature are true: nobody said whose count. Give --tsa-roots CA.pem, or --trust FILE with timestampRoots, and no --at"] : [];
        string[] unwitnessed = kind != ReleaseKind && request is { Log: not null, People.Witnesses: not null } ? ["that the witnesses of the trust policy have seen the ledger like this: 'loragate ledger verify --trust' tells"] : [];
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Path)));
        return new Verification(kind, name, holds, request.Trust.Description, request.Log?.Name, holds ? judgement : null, holds ? [.. proved, .. stamped, .. same] : [], [.. open, .. unjudged, .. unwitnessed, .. notCompared], all)
        {
            Lifted = holds && request.Asked is { } day && lifted?.Invoke(day) is { Count: > 0 } rules ? rules : null,
        };
    }

    /// <summary>Whether the proof of the unmerge, where there is one, is of the merge that the receipt tells of.</summary>
    private static bool IsUndone(string path)
    {
        var (proof, receipt) = (Path.Combine(path, Dossier.UnmergeFile), Path.Combine(path, Dossier.ReceiptFile));
        return !File.Exists(proof) || File.Exists(receipt) && Record.ReadFile<UnmergeReceipt>(proof).IsOf(Record.ReadFile<MergeReceipt>(receipt));
    }

    private static string? MergedFault(string path, CancellationToken cancellationToken)
    {
        var (merged, receipt) = (Path.Combine(path, DossierSeal.MergedFolder), Path.Combine(path, Dossier.ReceiptFile));
        if (Directory.Exists(merged) && !File.Exists(receipt))
            return $"there is no {Dossier.ReceiptFile} that says what these weights are";
        return Directory.Exists(merged)
            ? ReceiptVerifier.OutputFault(Record.ReadFile<MergeReceipt>(receipt), merged, Tool.Threads, cancellationToken)
            : null;
    }
}
