using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Rules;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Pdf;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;

namespace Loragate.Governance.Publication;

/// <summary>The files of a dossier that a report is made from and carries, and what they say.</summary>
public sealed class ReportEvidence
{
    private static readonly string[] Named =
    [
        Dossier.DecisionFile, Dossier.RunFile, Dossier.PolicyFile, Dossier.MeasurementFile, Dossier.PreviousFile, Dossier.PreviousMeasurementFile, DossierProofs.PreviousVerdictFile, Dossier.TrainingFile, Dossier.TrialsFile, Dossier.TrialPlanFile, Dossier.TrialCostsFile, DossierProofs.TrialsSignatureFile, DossierProofs.VerdictFile, DossierProofs.MergeFile, DossierProofs.EvaluationFile, ReleaseLayout.ModelSignature, DossierProofs.PlanProof, DossierProofs.DecisionProof,
        DossierProofs.PublicKeyFile, DossierProofs.VerifierKeyFile, DossierProofs.BillOfMaterials,
    ];

    private readonly Dictionary<string, EvidenceFile> _files;

    private ReportEvidence(IEnumerable<EvidenceFile> files)
    {
        IReadOnlyList<EvidenceFile> all = [.. files];
        if (all.CountBy(file => file.Name, StringComparer.Ordinal).FirstOrDefault(name => name.Value > 1).Key is { } twice)
            throw new IntegrityException(twice, $"the name of two files in a report: {string.Join(" and ", all.Where(file => file.Name == twice).Select(file => $"'{file.Path}'"))}");
        _files = all.ToDictionary(file => file.Path, StringComparer.Ordinal);
        Files = [.. all.OrderBy(file => file.Path, StringComparer.Ordinal)];
        Records = new FinishedDossier("", path => Find(path) is { } file ? new FoundFile(file.Bytes, file.Digest) : null);
    }

    /// <summary>The decision and the records that it rests on.</summary>
    public FinishedDossier Records { get; }

    /// <summary>The decision.</summary>
    public Decision Decision => Records.Decision;

    /// <summary>The files, by path.</summary>
    public IReadOnlyList<EvidenceFile> Files { get; }

    /// <summary>When the gate judged, as its verdict says; null without a verdict.</summary>
    public DateTimeOffset? Judged => Find(DossierProofs.VerdictFile) is { } verdict ? VerificationSummary.TimeOf(Said(verdict)) : null;

    /// <summary>The gate's public key as it lies there to look at; null where it does not.</summary>
    /// <exception cref="KeyException">It is no key.</exception>
    internal VerificationKey? GateKey => Find(DossierProofs.PublicKeyFile) is { } file ? VerificationKey.FromPem(TextOf(file), file.Path) : null;

    /// <summary>Reads files, and requires that the records which the decision rests on are among them.</summary>
    /// <exception cref="IntegrityException">A record is missing or another.</exception>
    /// <exception cref="MalformedInputException">A record cannot be read.</exception>
    public static ReportEvidence Of(IEnumerable<EvidenceFile> files) => new(files);

    /// <summary>Reads a dossier.</summary>
    /// <param name="folder">The dossier.</param>
    /// <param name="timeOf">The time that counts for what people signed, by file; null where it is not known.</param>
    /// <exception cref="DossierException">The gate did not end.</exception>
    /// <exception cref="IntegrityException">A record is missing or another.</exception>
    public static ReportEvidence OfDossier(string folder, Func<string, DateTimeOffset?> timeOf)
    {
        ArgumentNullException.ThrowIfNull(timeOf);
        return OfDossier(folder, timeOf, _ => true);
    }

    /// <summary>Reads a dossier as its gate left it: its report tells which approvals and waivers the gate saw, and the times that counted for them. What people added since is not among the files.</summary>
    /// <param name="folder">The dossier.</param>
    /// <exception cref="DossierException">The gate did not end.</exception>
    /// <exception cref="IntegrityException">A record is missing or another.</exception>
    public static ReportEvidence OfFinished(string folder)
    {
        var own = Path.Combine(folder, DossierProofs.ReportFile);
        if (!File.Exists(own))
            return OfDossier(folder, _ => null);
        var times = ReportAttachments.Read(PdfFile.Parse(File.ReadAllBytes(own), own), own).ToDictionary(file => file.Path, file => file.Time, StringComparer.Ordinal);
        return OfDossier(folder, file => times.TryGetValue(file, out var time) ? time : null, file => !EndorsementFiles.IsOne(file) || times.ContainsKey(file));
    }

    private static ReportEvidence OfDossier(string folder, Func<string, DateTimeOffset?> timeOf, Func<string, bool> isTaken)
    {
        var path = Path.Combine(folder, Dossier.DecisionFile);
        if (!File.Exists(path))
            throw new DossierException(folder, $"no {Dossier.DecisionFile}", "Give the dossier of a gate that ended.");
        var decision = Artifacts.Records.Record.ReadFile<Decision>(path);
        var made = Artifacts.Records.Record.ReadFile<Run>(Path.Combine(folder, Dossier.RunFile)).Created;
        return Of(FilesIn(folder, decision).Where(file => isTaken(file.Path)).Select(file => new EvidenceFile(file.Path, File.ReadAllBytes(file.Place), timeOf(file.Path) ?? made)));
    }

    /// <summary>Requires, before a decision is logged, that a report can carry what lies in its dossier, with room for what is signed and logged from then on.</summary>
    /// <param name="folder">The dossier.</param>
    /// <param name="decision">The decision.</param>
    /// <exception cref="ReportSizeException">It cannot.</exception>
    public static void RequireRoom(string folder, Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ReportAttachments.RequireRoom([.. FilesIn(folder, decision).Select(file => (file.Path, new FileInfo(file.Place).Length))]);
    }

    /// <summary>What a report says of these files.</summary>
    /// <param name="signaturesAreChecked">Whether whoever asks made or verified the signatures.</param>
    public ReportContents ToContents(bool signaturesAreChecked)
    {
        var (policy, previous) = (AppliedPolicy(), Beside<Decision>(Dossier.PreviousFile));
        static TaskEvaluation Told(FiledRecord<EvaluationReport> report) => new(FinishedDossier.TaskOf(report), report.Digest, report.Record);
        return new ReportContents
        {
            Decision = Decision,
            Inspection = Records.Inspection.Record,
            Run = Records.Run,
            OldestRun = Records.OldestRun,
            Merge = Records.Receipt?.Record,
            Unmerge = Records.Unmerge?.Record,
            BaseEvaluations = [.. Records.Base.Select(Told)],
            CandidateEvaluations = [.. Records.Candidate.Select(Told)],
            Measurement = Beside<Measurement>(Dossier.MeasurementFile),
            Previous = previous,
            PreviousIsProved = Find(Dossier.PreviousFile) is { } judged && Find(DossierProofs.PreviousVerdictFile) is { } verdict && VerificationSummary.DecisionOf(Said(verdict)) == judged.Digest,
            SincePrevious = previous is null || policy is null ? [] : ReleaseDifference.Of(policy, Records.Candidate.ToDictionary(FinishedDossier.TaskOf, StringComparer.Ordinal), PreviousScores(previous), previous),
            PreviousMeasurement = Beside<Measurement>(Dossier.PreviousMeasurementFile),
            Training = Beside<TrainingReceipt>(Dossier.TrainingFile),
            Trials = Beside<TrialReport>(Dossier.TrialsFile),
            TrialsSigner = Find(DossierProofs.TrialsSignatureFile) is { } trials ? SigstoreBundle.Parse(trials.Bytes, trials.Path).ClaimedKey(trials.Path) : null,
            TrialCosts = Beside<TrialCosts>(Dossier.TrialCostsFile),
            Policy = policy,
            FreshUntil = policy is null ? null : FreshUntil(policy),
            Ledger = Position(),
            HasUnreadProof = Find(DossierProofs.DecisionProof) is not null && Find(DossierProofs.VerifierKeyFile) is null,
            Signatures = Signatures(),
            Judged = Judged,
            Files = Files,
            SignaturesAreChecked = signaturesAreChecked,
        };
    }

    /// <summary>A file; null where it is not there.</summary>
    internal EvidenceFile? Find(string path) => _files.GetValueOrDefault(path);

    private static IEnumerable<(string Path, string Place)> FilesIn(string folder, Decision decision) =>
        NamesIn(folder, decision).Distinct(StringComparer.Ordinal).Select(file => (Path: file, Place: Path.Combine([folder, .. file.Split('/')]))).Where(file => File.Exists(file.Place));

    private static IEnumerable<string> NamesIn(string folder, Decision decision)
    {
        var records = Named.Concat(Dossier.TrialEvaluationsIn(folder)).Concat(decision.Evidence.Select(link => link.Path)).ToList();
        return records
            .Concat(Dossier.PreviousReportsIn(folder))
            .Concat(records.Select(RecordFolder.SignatureOf))
            .Concat(decision.Evidence.Where(link => link.Schema == EvaluationReport.SchemaName).Select(link => Dossier.RunOf(link.Path)))
            .Concat(EndorsementFiles.Read(folder, EndorsementFiles.Approvals).Concat(EndorsementFiles.Read(folder, EndorsementFiles.Waivers)).Select(file => file.File));
    }

    /// <summary>A record that no rule reads; null where the gate was not asked for it.</summary>
    private T? Beside<T>(string path)
        where T : Record =>
        Find(path) is { } file ? Artifacts.Records.Record.Parse<T>(file.Bytes, path) : null;

    /// <summary>The candidate's scores that the decision on the release before rests on and that were taken along, by this policy's names of the tasks.</summary>
    /// <exception cref="IntegrityException">They are others.</exception>
    private Dictionary<string, FiledRecord<EvaluationReport>> PreviousScores(Decision previous)
    {
        var scored = previous.Tasks.Select(task => Dossier.CandidateReportFile(task.Name)).ToHashSet(StringComparer.Ordinal);
        var cited = previous.Evidence.Where(link => scored.Contains(link.Path)).Select(link => link.Digest).ToHashSet();
        return InParallel.Select([.. Files.Where(file => Dossier.IsPreviousReport(file.Path))], Scores).ToDictionary(FinishedDossier.TaskOf, StringComparer.Ordinal);

        FiledRecord<EvaluationReport> Scores(EvidenceFile file) => cited.Contains(file.Digest)
            ? new FiledRecord<EvaluationReport>(file.Path, Artifacts.Records.Record.Parse<EvaluationReport>(file.Bytes, file.Path), file.Digest)
            : throw new IntegrityException(file.Path, $"SHA-256 {file.Digest}, which is none of the candidate's scores that the decision on the release before rests on");
    }

    private Policy? AppliedPolicy() =>
        Find(Dossier.PolicyFile) is { } file && file.Digest == Decision.Policy.Digest ? Policy.Parse(file.Bytes.Span, file.Path) : null;

    /// <summary>The last day on which a rule that the release depends on, and that passed, still finds the evidence recent: one that is waived or advisory ends nothing.</summary>
    private DateOnly? FreshUntil(Policy policy)
    {
        var passed = Decision.Rules.Where(rule => rule is { Severity: Severity.Block, Outcome: Outcome.Passed }).Select(rule => rule.Id).ToHashSet(StringComparer.Ordinal);
        var days = policy.Rules.OfType<EvidenceFreshnessRule>().Where(rule => passed.Contains(rule.Head.Id)).Select(rule => (int?)rule.MaximumDays).Min();
        return days is { } most ? DateOnly.FromDateTime(Records.OldestRun.Record.Created.UtcDateTime).AddDays(most) : null;
    }

    /// <summary>What a signed statement says; whoever signed it.</summary>
    private static Statement Said(EvidenceFile bundle) => Statement.Parse(SigstoreBundle.Parse(bundle.Bytes, bundle.Path).Envelope.Payload, bundle.Path);

    /// <summary>Where a ledger says that this very decision stands; null where nothing is there to show it. The ledger's proofs must be about the decision and plan beside them, whoever holds its key.</summary>
    /// <exception cref="SignatureException">A proof is about something else.</exception>
    private LedgerPosition? Position()
    {
        if (Find(DossierProofs.PlanProof) is { } fixedPlan && Records.Plan is { } plan)
            _ = LoggedEntry.About(TlogProof.Parse(fixedPlan.Bytes.Span, fixedPlan.Path), fixedPlan.Path, PlanEntry.EntryType, new LedgerSubject(Dossier.PlanFile, plan.Digest));
        if (Find(DossierProofs.DecisionProof) is not { } logged)
            return null;
        var proof = TlogProof.Parse(logged.Bytes.Span, logged.Path);
        _ = LoggedEntry.About(proof, logged.Path, DecisionData.EntryType, new LedgerSubject(Dossier.DecisionFile, Decision.ComputeDigest()));
        return Find(DossierProofs.VerifierKeyFile) is { } key ? DossierProofs.Position(proof, LedgerVerifier.Parse(TextOf(key).TrimEnd('\n', '\r'), key.Path), logged.Path) : null;
    }

    /// <summary>The signatures that are there, each with the key that it names itself.</summary>
    private IReadOnlyList<SignatureNote> Signatures() =>
        [.. new[] { ReleaseLayout.ModelSignature, DossierProofs.VerdictFile, DossierProofs.MergeFile, DossierProofs.EvaluationFile }.Select(Find).OfType<EvidenceFile>().Select(Noted)];

    /// <summary>A bundle by a bare key tells its fingerprint alone: of which kind it is, only the key to look at shows, where it is the same.</summary>
    private SignatureNote Noted(EvidenceFile bundle)
    {
        var signed = SigstoreBundle.Parse(bundle.Bytes, bundle.Path);
        var hint = signed.ClaimedKey(bundle.Path);
        KeyType? kind = signed.Material switch
        {
            CertificateChainMaterial { Certificates: [var own, ..] } => CertificateTrust.KeyOf(own, bundle.Path).Type,
            _ when GateKey is { } key && key.Hint == hint => key.Type,
            _ => null,
        };
        return new SignatureNote(bundle.Path, kind is { } type ? $"ecdsa-{type.ToString().ToLowerInvariant()}" : "ecdsa", hint?.Hex ?? "");
    }

    private static string TextOf(EvidenceFile file) => System.Text.Encoding.UTF8.GetString(file.Bytes.Span);
}
