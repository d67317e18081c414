using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Rules;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Pdf;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>The files of a dossier that a report is made from and carries, and what they say.</summary>
public sealed class ReportEvidence
{
    private const string EvaluationSchema = "loragate.evaluation-report/1";
    private const string RunEnding = ".run";

    private static readonly string[] Named =
    [
        Dossier.DecisionFile, Dossier.RunFile, Dossier.PolicyFile, DossierProofs.VerdictFile, DossierProofs.MergeFile, DossierProofs.EvaluationFile, ReleaseLayout.ModelSignature, DossierProofs.DecisionProof,
        DossierProofs.PublicKeyFile, DossierProofs.VerifierKeyFile, DossierProofs.BillOfMaterials,
    ];

    private readonly Dictionary<string, EvidenceFile> _files;

    private ReportEvidence(IEnumerable<EvidenceFile> files)
    {
        _files = files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        Decision = Record<Decision>(Dossier.DecisionFile);
        Run = Record<Run>(Dossier.RunFile);
    }

    /// <summary>The decision.</summary>
    public Decision Decision { get; }

    /// <summary>When the dossier was made.</summary>
    public Run Run { get; }

    /// <summary>The files, by path.</summary>
    public IReadOnlyList<EvidenceFile> Files => [.. _files.Values.OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>When the gate judged, as its verdict says; null without a verdict.</summary>
    public DateTimeOffset? Judged => Find(DossierProofs.VerdictFile) is { } verdict
        ? VerificationSummary.TimeOf(Statement.Parse(SigstoreBundle.Parse(verdict.Bytes, verdict.Path).Envelope.Payload, verdict.Path))
        : null;

    /// <summary>Reads files, and requires that the records which the decision rests on are among them.</summary>
    /// <exception cref="IntegrityException">A record is missing or another.</exception>
    /// <exception cref="MalformedInputException">A record cannot be read.</exception>
    public static ReportEvidence Of(IEnumerable<EvidenceFile> files)
    {
        var evidence = new ReportEvidence(files);
        foreach (var link in evidence.Decision.Evidence)
        {
            if (evidence.Find(link.Path)?.Digest is var found && found != link.Digest)
                throw new IntegrityException(link.Path, found is null ? "missing, although the decision rests on it" : $"SHA-256 {found} where the decision rests on {link.Digest}");
        }
        return evidence;
    }

    /// <summary>Reads a dossier.</summary>
    /// <param name="folder">The dossier.</param>
    /// <param name="timeOf">The time that counts for what people signed, by file; null where it is not known.</param>
    /// <exception cref="DossierException">The gate did not end.</exception>
    /// <exception cref="IntegrityException">A record is missing or another.</exception>
    public static ReportEvidence OfDossier(string folder, Func<string, DateTimeOffset?> timeOf)
    {
        ArgumentNullException.ThrowIfNull(timeOf);
        var path = Path.Combine(folder, Dossier.DecisionFile);
        if (!File.Exists(path))
            throw new DossierException(folder, $"no {Dossier.DecisionFile}", "Give the dossier of a gate that ended.");
        var decision = Artifacts.Records.Record.ReadFile<Decision>(path);
        var made = Artifacts.Records.Record.ReadFile<Run>(Path.Combine(folder, Dossier.RunFile)).Created;
        return Of(NamesIn(folder, decision)
            .Where(file => File.Exists(Path.Combine([folder, .. file.Split('/')])))
            .Distinct(StringComparer.Ordinal)
            .Select(file => new EvidenceFile(file, File.ReadAllBytes(Path.Combine([folder, .. file.Split('/')])), timeOf(file) ?? made)));
    }

    /// <summary>The times of the files in a report: those of what people signed stand nowhere else.</summary>
    /// <param name="report">The report.</param>
    /// <param name="place">Its file, for messages.</param>
    public static IReadOnlyDictionary<string, DateTimeOffset> TimesIn(ReadOnlyMemory<byte> report, string place) =>
        ReportAttachments.Read(PdfFile.Parse(report, place), place).ToDictionary(file => file.Path, file => file.Time, StringComparer.Ordinal);

    /// <summary>What a report says of these files.</summary>
    /// <param name="signaturesAreChecked">Whether whoever asks made or verified the signatures.</param>
    public ReportContents ToContents(bool signaturesAreChecked)
    {
        var reports = Decision.Evidence.Where(link => link.Schema == EvaluationSchema)
            .ToLookup(link => link.Path == Dossier.BaseReportFile(TaskOf(link.Path)), link => new TaskEvaluation(TaskOf(link.Path), link.Digest, Record<EvaluationReport>(link.Path)));
        return new ReportContents
        {
            Decision = Decision,
            Inspection = Record<Inspection>(Dossier.InspectionFile),
            Run = Run,
            Merge = Find(Dossier.ReceiptFile) is null ? null : Record<MergeReceipt>(Dossier.ReceiptFile),
            BaseEvaluations = [.. reports[true]],
            CandidateEvaluations = [.. reports[false]],
            FreshUntil = FreshUntil(),
            Ledger = Position(),
            Signatures = Signatures(),
            Judged = Judged,
            Files = Files,
            SignaturesAreChecked = signaturesAreChecked,
        };
    }

    /// <summary>The records that the decision was made from, without what people signed.</summary>
    internal Evidence ToEvidence()
    {
        Dictionary<string, FiledRecord<EvaluationReport>> Of(Func<string, string> file) =>
            Reports().Where(report => report.Path == file(TaskOf(report.Path))).ToDictionary(report => TaskOf(report.Path), StringComparer.Ordinal);
        return new Evidence
        {
            Inspection = new FiledRecord<Inspection>(Dossier.InspectionFile, Record<Inspection>(Dossier.InspectionFile)),
            Receipt = Find(Dossier.ReceiptFile) is null ? null : new FiledRecord<MergeReceipt>(Dossier.ReceiptFile, Record<MergeReceipt>(Dossier.ReceiptFile)),
            Plan = Find(Dossier.PlanFile) is null ? null : new FiledRecord<EvaluationPlan>(Dossier.PlanFile, Record<EvaluationPlan>(Dossier.PlanFile)),
            Base = Of(Dossier.BaseReportFile),
            Candidate = Of(Dossier.CandidateReportFile),
            Run = Oldest,
        };
    }

    /// <summary>A file; null where it is not there.</summary>
    internal EvidenceFile? Find(string path) => _files.GetValueOrDefault(path);

    private static IEnumerable<string> NamesIn(string folder, Decision decision)
    {
        var records = Named.Concat(decision.Evidence.Select(link => link.Path)).ToList();
        return records
            .Concat(records.Select(RecordFolder.SignatureOf))
            .Concat(decision.Evidence.Where(link => link.Schema == EvaluationSchema).Select(link => Dossier.RunOf(link.Path)))
            .Concat(EndorsementFiles.Read(folder, EndorsementFiles.Approvals).Concat(EndorsementFiles.Read(folder, EndorsementFiles.Waivers)).Select(file => file.File));
    }

    private static string TaskOf(string path) => Path.GetFileNameWithoutExtension(path);

    private IEnumerable<FiledRecord<EvaluationReport>> Reports() =>
        Decision.Evidence.Where(link => link.Schema == EvaluationSchema).Select(link => new FiledRecord<EvaluationReport>(link.Path, Record<EvaluationReport>(link.Path)));

    private T Record<T>(string path)
        where T : Record =>
        Find(path) is { } file ? Artifacts.Records.Record.Parse<T>(file.Bytes, path) : throw new IntegrityException(path, "missing");

    /// <summary>The run by which freshness is judged.</summary>
    private Run Oldest => _files.Keys.Where(path => path.EndsWith(RunEnding, StringComparison.Ordinal)).Select(Record<Run>).Append(Run).MinBy(run => run.Created)!;

    private DateOnly? FreshUntil()
    {
        if (Find(Dossier.PolicyFile) is not { } file || file.Digest != Decision.Policy.Digest)
            return null;
        var days = Policy.Parse(file.Bytes.Span, file.Path).Rules.OfType<EvidenceFreshnessRule>().Select(rule => (int?)rule.MaximumDays).Min();
        return days is { } most ? DateOnly.FromDateTime(Oldest.Created.UtcDateTime).AddDays(most) : null;
    }

    private LedgerPosition? Position() => Find(DossierProofs.DecisionProof) is { } proof && Find(DossierProofs.VerifierKeyFile) is { } key
        ? DossierProofs.Position(TlogProof.Parse(proof.Bytes.Span, proof.Path), LedgerVerifier.Parse(TextOf(key).TrimEnd('\n', '\r'), key.Path), proof.Path)
        : null;

    private IReadOnlyList<SignatureNote> Signatures()
    {
        if (Find(DossierProofs.PublicKeyFile) is not { } file)
            return [];
        var key = VerificationKey.FromPem(TextOf(file), file.Path);
        return [.. new[] { ReleaseLayout.ModelSignature, DossierProofs.VerdictFile, DossierProofs.MergeFile, DossierProofs.EvaluationFile }.Where(_files.ContainsKey).Select(name => new SignatureNote(name, $"ecdsa-{key.Type.ToString().ToLowerInvariant()}", key.Hint.Hex))];
    }

    private static string TextOf(EvidenceFile file) => System.Text.Encoding.UTF8.GetString(file.Bytes.Span);
}
