using Loragate.Artifacts;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Bom;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>
/// Holds the records in a dossier or report against the gate's signatures over them. A decision names the records that it rests on, but neither the runs by which their age is judged
/// nor what lies beside them: these are bound to it by the signature over a record, its run and its place alone.
/// </summary>
internal sealed class ReportRecords
{
    private static readonly string[] Beside =
    [
        Dossier.MeasurementFile, Dossier.PreviousFile, Dossier.PreviousMeasurementFile, Dossier.TrainingFile, Dossier.TrialsFile, Dossier.TrialCostsFile,
    ];

    private readonly ReportEvidence _evidence;
    private readonly VerificationKey _key;
    private readonly HashSet<string> _evaluations;
    private readonly HashSet<string> _signed;

    /// <summary>Opens the signatures.</summary>
    /// <param name="evidence">The files.</param>
    /// <param name="key">The key that sealed the dossier or signed the report: the gate that does signs its records with the same.</param>
    public ReportRecords(ReportEvidence evidence, VerificationKey key)
    {
        (_evidence, _key) = (evidence, key);
        _evaluations = [.. evidence.Records.Base.Concat(evidence.Records.Candidate).Select(report => report.Path)];
        var opened = InParallel.Select([.. evidence.Files.Where(file => evidence.Find(RecordFolder.SignatureOf(file.Path)) is not null)], file => (file.Path, Result: Open(file)));
        _signed = [.. opened.Where(record => record.Result.IsValid).Select(record => record.Path)];
        Findings = [.. opened.Where(record => record.Result is { IsValid: false, IsByStranger: false }).SelectMany(record => record.Result.Findings)];
    }

    /// <summary>The records that are not those which the gate signed, or not with their run or in their place.</summary>
    public IReadOnlyList<VerificationFinding> Findings { get; }

    /// <summary>The records whose run nothing binds to them: the decision, which stands for the dossier's own run, and evaluations, which may be older.</summary>
    public IReadOnlyList<string> Undated => [.. _evaluations.Append(Dossier.DecisionFile).Where(path => !_signed.Contains(path)).Order(StringComparer.Ordinal)];

    /// <summary>The records beside the decision that nothing binds to it.</summary>
    public IEnumerable<string> Unbound => Beside.Where(path => _evidence.Find(path) is not null && !_signed.Contains(path) && _evidence.Decision.Evidence.All(link => link.Path != path));

    /// <summary>Whether there is no bill of materials, or exactly the one that this build makes from the records.</summary>
    /// <param name="build">The build that is named as the bill's maker.</param>
    public bool BillFollows(string build) => _evidence.Find(DossierProofs.BillOfMaterials) is not { } bill
        || bill.Bytes.Span.SequenceEqual(CycloneDxBom.Render(_evidence.Decision, _evidence.Records.Inspection.Record, _evidence.Records.Receipt?.Record, _evidence.Records.Run, build));

    private VerificationResult Open(EvidenceFile file)
    {
        var run = _evaluations.Contains(file.Path) ? Dossier.RunOf(file.Path) : Dossier.RunFile;
        var maker = _evidence.Find(run) ?? throw new IntegrityException(run, "missing");
        return RecordSignature.Verify(file.Bytes, maker.Bytes, file.Path, _evidence.Find(RecordFolder.SignatureOf(file.Path))!.Bytes, _key, file.Path);
    }
}
