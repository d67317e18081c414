using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Dossiers;

/// <summary>
/// The folder of a release's records (docs/formats/dossier.v1.md). With a key every record is signed as it is written, and only
/// records that verify under that key, for their place and their run, are read back: whoever can write to the folder cannot plant evidence in it.
/// </summary>
public sealed class Dossier : IDisposable
{
    /// <summary>The run record.</summary>
    public const string RunFile = "run.json";

    /// <summary>The inspection.</summary>
    public const string InspectionFile = "inspection.json";

    /// <summary>The merge receipt.</summary>
    public const string ReceiptFile = "merge-receipt.json";

    /// <summary>Proof that the merge can be taken back: the gate did it, and nothing was written.</summary>
    public const string UnmergeFile = "unmerge-receipt.json";

    /// <summary>The plan, fixed before the first score.</summary>
    public const string PlanFile = "plan.json";

    /// <summary>Which of the tasks' rows were in the training set, where the gate was given its digests.</summary>
    public const string ContaminationFile = "contamination.json";

    /// <summary>The decision.</summary>
    public const string DecisionFile = "decision.json";

    /// <summary>Latency, throughput and memory, where the gate was asked to measure them.</summary>
    public const string MeasurementFile = "measurement.json";

    /// <summary>The decision on the release before this one, where the gate was given it: for the report, which no rule reads.</summary>
    public const string PreviousFile = "previous-decision.json";

    /// <summary>Latency, throughput and memory of the release before, where its gate measured them.</summary>
    public const string PreviousMeasurementFile = "previous-measurement.json";

    /// <summary>How the adapter was trained, where its folder says so: for report, lineage and the rule 'trial'.</summary>
    public const string TrainingFile = "training-receipt.json";

    /// <summary>The ways of tuning that were tried before, where the gate was given them: for the report and the rule 'trial'.</summary>
    public const string TrialsFile = TrialReport.FileName;

    /// <summary>The plan of the trials, byte for byte, where it was at hand.</summary>
    public const string TrialPlanFile = TrialFiles.Plan;

    /// <summary>What the trials took.</summary>
    public const string TrialCostsFile = TrialCosts.FileName;

    /// <summary>The folder of those evaluations that the figures of the base and of this adapter's trial come from, where they were at hand.</summary>
    public const string TrialEvaluations = "trials";

    /// <summary>The policy that was applied, byte for byte.</summary>
    public const string PolicyFile = "policy.yaml";

    private const string Evaluations = "evaluations";
    private const string OfPrevious = $"{Evaluations}/previous";
    private const string RunSuffix = ".run";
    private const string AnswersSuffix = ".answers.jsonl";
    private const string HalfWrittenSuffix = ".partial";

    private static readonly string[] Marks = [RunFile, InspectionFile, ReceiptFile, DecisionFile, DossierSeal.FileName];

    private readonly RecordFolder _records;
    private readonly Action<string>? _changing;
    private readonly FileStream _lock;

    private Dossier(string folder, RecordFolder records, Action<string>? changing, FileStream held) => (Folder, _records, _changing, _lock) = (folder, records, changing, held);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>When and where the dossier was made.</summary>
    public Run Run { get; private set; } = null!;

    /// <summary>A base model's report.</summary>
    public static string BaseReportFile(string task) => $"{Evaluations}/base/{task}.json";

    /// <summary>The merged model's report.</summary>
    public static string CandidateReportFile(string task) => $"{Evaluations}/candidate/{task}.json";

    /// <summary>An evaluation that the trials' report names.</summary>
    /// <param name="place">Whose: the base's or this adapter's.</param>
    /// <param name="task">The task.</param>
    public static string TrialEvaluationFile(string place, string task) => $"{TrialEvaluations}/{place}/{task}.json";

    /// <summary>Whether a file, by its name, is such an evaluation.</summary>
    public static bool IsTrialEvaluation(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith(TrialEvaluations + "/", StringComparison.Ordinal) && !path.EndsWith(RecordFolder.SignatureSuffix, StringComparison.Ordinal);
    }

    /// <summary>The evaluations of a dossier that its trials' report names, by path.</summary>
    /// <param name="folder">The dossier.</param>
    public static IEnumerable<string> TrialEvaluationsIn(string folder) => Path.Combine(folder, TrialEvaluations) is var trials && Directory.Exists(trials)
        ? FolderManifest.List(trials).Select(file => $"{TrialEvaluations}/{file}").Where(IsTrialEvaluation)
        : [];

    /// <summary>A report of the release before, named after the candidate's task on which it scored the same data.</summary>
    public static string PreviousReportFile(string task) => $"{OfPrevious}/{task}.json";

    /// <summary>The reports of the release before that lie in a dossier, in ordinal order.</summary>
    /// <param name="folder">The dossier.</param>
    public static IReadOnlyList<string> PreviousReportsIn(string folder)
    {
        var place = Path.Combine([folder, .. OfPrevious.Split('/')]);
        return Directory.Exists(place) ? [.. Directory.EnumerateFiles(place, "*.json").Select(path => PreviousReportFile(Path.GetFileNameWithoutExtension(path))).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Whether a path in a dossier is that of a report of the release before.</summary>
    public static bool IsPreviousReport(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.StartsWith(OfPrevious + "/", StringComparison.Ordinal);
    }

    /// <summary>The run that made an evaluation report, beside it: scores may be older than the dossier.</summary>
    public static string RunOf(string reportFile) => Path.ChangeExtension(reportFile, RunSuffix);

    /// <summary>What a server answered so far, beside the report that is being made; gone when the report is there.</summary>
    public static string AnswersOf(string reportFile) => reportFile + AnswersSuffix;

    /// <summary>
    /// Opens or makes a dossier. A run record that cannot be trusted takes all other records with it: without it their age is unknown.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="key">The gate's key, or null for unsigned records.</param>
    /// <param name="newRun">The run record of a new dossier.</param>
    /// <param name="refusals">Is told of every record that lies there and is not trusted, once each.</param>
    /// <param name="changing">Is given the folder before anything in it is written, replaced or removed that a decision rests on or a report tells: takes away what was made of it. Null takes nothing away.</param>
    /// <exception cref="DossierException">Another process works on the folder, it holds something else, or it is signed and there is no key.</exception>
    /// <exception cref="FolderException">It holds a link or a special file: what is written must stay in the folder.</exception>
    public static Dossier Open(string folder, SigningKey? key, Run newRun, IProgress<string>? refusals = null, Action<string>? changing = null)
    {
        if (File.Exists(folder))
            throw new DossierException(folder, "a file, not a folder", "Name a folder: a gate keeps all of its records in one.");
        Directory.CreateDirectory(folder);
        if (!File.Exists(Path.Combine(folder, RunFile)) && !File.Exists(Path.Combine(folder, DossierLock.FileName)) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new DossierException(folder, "not empty, and not a dossier", "Name a new folder: a gate replaces what lies in its dossier.");
        if (key is null && IsSigned(folder))
            throw new DossierException(folder, "signed, and this gate has no key: it would take signatures and release away", "Give --key, or name another folder.");
        _ = FolderManifest.List(folder);
        var dossier = new Dossier(folder, new RecordFolder(folder, key, refusals, changing is null ? null : () => changing(folder)), changing, DossierLock.Acquire(folder));
        try
        {
            dossier.ClearHalfWritten();
            dossier.Run = dossier.TryRead<Run>(RunFile) ?? dossier.Begin(newRun);
            return dossier;
        }
        catch
        {
            dossier.Dispose();
            throw;
        }
    }

    /// <summary>Whether a folder has the shape of a dossier, be it one that lost some of its files.</summary>
    public static bool IsDossier(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Marks.Any(mark => File.Exists(Path.Combine(folder, mark)) || File.Exists(Path.Combine(folder, RecordFolder.SignatureOf(mark))));
    }

    /// <summary>A path in the dossier.</summary>
    public string PathTo(string file) => _records.PathTo(file);

    /// <summary>Writes a record of the dossier's own run. What already stands there in the same bytes and verifies is left alone.</summary>
    /// <returns>The record as evidence.</returns>
    public EvidenceLink Write(string file, Record record) => _records.Write(file, record, RunFile, Run);

    /// <summary>Writes an evaluation report and, beside it, the run that made it.</summary>
    /// <returns>The report as evidence.</returns>
    public EvidenceLink WriteReport(string file, DatedRecord<EvaluationReport> report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var link = _records.Write(file, report.Record, RunOf(file), report.Run);
        File.Delete(PathTo(AnswersOf(file)));
        return link;
    }

    /// <summary>Reads a record of the dossier's own run; null where there is none that may be trusted.</summary>
    public T? TryRead<T>(string file)
        where T : Record =>
        _records.TryRead<T>(file, RunFile)?.Record;

    /// <summary>Reads an evaluation report and its run; null where there is none that may be trusted.</summary>
    public DatedRecord<EvaluationReport>? TryReadReport(string file) => _records.TryRead<EvaluationReport>(file, RunOf(file));

    /// <summary>Removes a record that no longer belongs.</summary>
    public void Remove(string file) => _records.Remove(file);

    /// <summary>Removes a folder that no longer belongs; what was made of it goes first, as with every record. Where there is none, nothing changes.</summary>
    public void RemoveFolder(string name)
    {
        if (Directory.Exists(PathTo(name)))
            MakeRoomFor(name);
    }

    /// <summary>Makes room for a folder that is made anew: what was made of the one before goes first, and goes also where that one was lost, since another takes its place.</summary>
    public void MakeRoomFor(string name)
    {
        _changing?.Invoke(Folder);
        if (Directory.Exists(PathTo(name)))
            Directory.Delete(PathTo(name), recursive: true);
    }

    /// <summary>Keeps the bytes of a file of the release before, which that release's gate signed or its decision names; null takes the file away.</summary>
    public void Keep(string file, byte[]? bytes) => _records.Keep(file, bytes);

    /// <summary>Whether any score of this release's base or candidate lies here, in an evaluation report or as an answer for one that is being made; those of the release before were made by a plan of its own.</summary>
    public bool HasScores => Directory.Exists(PathTo(Evaluations)) && FolderManifest.List(PathTo(Evaluations)).Select(file => $"{Evaluations}/{file}").Any(IsScore);

    /// <summary>Removes every evaluation report.</summary>
    public void RemoveReports() => RemoveFolder(Evaluations);

    /// <summary>Removes an evaluation report, its run, and what a server answered for it.</summary>
    public void RemoveReport(string file) => _records.Remove(file, RunOf(file), AnswersOf(file));

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static bool IsSigned(string folder) =>
        Marks.Any(mark => File.Exists(Path.Combine(folder, RecordFolder.SignatureOf(mark)))) || File.Exists(Path.Combine(folder, DossierSeal.FileName));

    /// <summary>What a killed run left under a provisional name; the lock is held, so nobody is writing it.</summary>
    private void ClearHalfWritten()
    {
        foreach (var folder in Directory.EnumerateDirectories(Folder).Where(IsHalfWritten))
            Directory.Delete(folder, recursive: true);
        foreach (var folder in (string[])[Folder, .. new[] { Evaluations, TrialEvaluations, EndorsementFiles.Approvals, EndorsementFiles.Waivers }.Select(PathTo).Where(Directory.Exists).SelectMany(path => Directory.EnumerateDirectories(path).Append(path))])
        {
            foreach (var file in Directory.EnumerateFiles(folder).Where(IsHalfWritten))
                File.Delete(file);
        }
    }

    private bool IsScore(string file) =>
        (file.EndsWith(".json", StringComparison.Ordinal) && !IsPreviousReport(file)) || (file.EndsWith(AnswersSuffix, StringComparison.Ordinal) && new FileInfo(PathTo(file)).Length > 0);

    private static bool IsHalfWritten(string path) => path.EndsWith(HalfWrittenSuffix, StringComparison.Ordinal);

    private Run Begin(Run run)
    {
        foreach (var file in (string[])[InspectionFile, ReceiptFile, UnmergeFile, PlanFile, ContaminationFile, MeasurementFile, PreviousFile, PreviousMeasurementFile, TrainingFile, TrialsFile, TrialCostsFile, .. TrialEvaluationsIn(Folder), DecisionFile])
            Remove(file);
        RemoveReports();
        _records.Write(RunFile, run, RunFile, run);
        return run;
    }
}
