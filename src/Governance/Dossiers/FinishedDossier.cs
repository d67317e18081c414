using System.Collections.Concurrent;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Planning;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Trials;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Dossiers;

/// <summary>
/// The decision of a dossier and the records that it rests on, each held against the digest that the decision cites, whether the files lie in a folder or travel in a
/// report. Who signed them, the seal or the report's signature tells.
/// </summary>
public sealed class FinishedDossier
{
    private readonly string _place;
    private readonly Func<string, FoundFile?> _find;
    private readonly ConcurrentDictionary<string, FoundFile?> _found = new(StringComparer.Ordinal);

    /// <summary>Reads the records.</summary>
    /// <param name="place">The folder, for messages; empty for what lies in none.</param>
    /// <param name="find">A file, by its path in the dossier; null where there is none. It is asked once for each path, by several threads.</param>
    /// <exception cref="IntegrityException">A record is missing, or another than the decision rests on.</exception>
    /// <exception cref="RecordException">A record cannot be read.</exception>
    internal FinishedDossier(string place, Func<string, FoundFile?> find)
    {
        (_place, _find) = (place, find);
        Decision = Read<Decision>(Dossier.DecisionFile);
        Run = Read<Run>(Dossier.RunFile);
        if (Decision.Evidence.CountBy(link => link.Path, StringComparer.Ordinal).FirstOrDefault(path => path.Value > 1).Key is { } twice)
            throw new IntegrityException(Dossier.DecisionFile, $"it rests on '{twice}' twice");
        if ((Decision.Approvals ?? []).CountBy(approval => approval.File, StringComparer.Ordinal).FirstOrDefault(file => file.Value > 1).Key is { } told)
            throw new IntegrityException(Dossier.DecisionFile, $"it tells of the approval '{told}' twice");
        foreach (var link in Decision.Evidence)
            _ = Cited(link);
        Inspection = Only<Inspection>(Artifacts.Records.Inspecting.Inspection.SchemaName) ?? throw new IntegrityException(Dossier.DecisionFile, "it rests on no inspection");
        Receipt = Only<MergeReceipt>(MergeReceipt.SchemaName);
        Unmerge = Only<UnmergeReceipt>(UnmergeReceipt.SchemaName);
        if (Unmerge is { } undone && !(Receipt is { } merge && undone.Record.IsOf(merge.Record)))
            throw new IntegrityException(undone.Path, "it does not prove that the merge of the receipt can be taken back: it is of another");
        Plan = Only<EvaluationPlan>(EvaluationPlan.SchemaName);
        Contamination = Only<ContaminationReport>(ContaminationReport.SchemaName);
        Trials = Only<TrialReport>(TrialReport.SchemaName);
        TrialPlan = Decision.Evidence.FirstOrDefault(link => link.Schema == TrialFiles.PlanSchema);
        TrialsSignature = Decision.Evidence.FirstOrDefault(link => link.Schema == TrialProvenance.BuildType) is { } signed ? new TrialSignature(signed.Path, Cited(signed).Bytes) : null;
        Training = Only<TrainingReceipt>(TrainingReceipt.SchemaName);
        var reports = All<EvaluationReport>(EvaluationReport.SchemaName).ToLookup(report => Dossier.IsTrialEvaluation(report.Path));
        TrialEvaluations = [.. reports[true]];
        (Base, Candidate) = ([.. reports[false].Where(IsOfBase)], [.. reports[false].Where(report => !IsOfBase(report))]);
    }

    /// <summary>The decision.</summary>
    public Decision Decision { get; }

    /// <summary>When and where the dossier was made.</summary>
    public Run Run { get; }

    /// <summary>The inspection.</summary>
    public FiledRecord<Inspection> Inspection { get; }

    /// <summary>The merge; null where the adapter was refused before merging.</summary>
    public FiledRecord<MergeReceipt>? Receipt { get; }

    /// <summary>Proof that the merge can be taken back; null where the gate made none.</summary>
    public FiledRecord<UnmergeReceipt>? Unmerge { get; }

    /// <summary>The plan that was fixed before anything was scored; null where nothing was.</summary>
    public FiledRecord<EvaluationPlan>? Plan { get; }

    /// <summary>Which rows were in the training set; null where the gate was not given its digests.</summary>
    public FiledRecord<ContaminationReport>? Contamination { get; }

    /// <summary>The ways of tuning that were tried before; null where the decision rests on none.</summary>
    public FiledRecord<TrialReport>? Trials { get; }

    /// <summary>The plan of the trials; null where the decision does not rest on it.</summary>
    public EvidenceLink? TrialPlan { get; }

    /// <summary>The evaluations that the trials' figures come from, as far as the decision rests on them, by path.</summary>
    public IReadOnlyList<FiledRecord<EvaluationReport>> TrialEvaluations { get; }

    /// <summary>What somebody signed about the trials; null where the decision does not rest on it.</summary>
    public TrialSignature? TrialsSignature { get; }

    /// <summary>How the adapter was trained; null where the decision does not rest on it.</summary>
    public FiledRecord<TrainingReceipt>? Training { get; }

    /// <summary>The base's reports, by path.</summary>
    public IReadOnlyList<FiledRecord<EvaluationReport>> Base { get; }

    /// <summary>The candidate's reports, by path.</summary>
    public IReadOnlyList<FiledRecord<EvaluationReport>> Candidate { get; }

    /// <summary>The run that is the oldest of the dossier's own and those that made its reports: freshness is judged by it.</summary>
    public FiledRecord<Run> OldestRun => OldestOf(Base.Concat(Candidate));

    /// <summary>Reads a dossier.</summary>
    /// <exception cref="DossierException">No decision lies there.</exception>
    /// <exception cref="IntegrityException">A record is another than the decision rests on.</exception>
    public static FinishedDossier Read(string folder)
    {
        if (!File.Exists(Path.Combine(folder, Dossier.DecisionFile)))
            throw new DossierException(folder, $"no {Dossier.DecisionFile}", "Give the dossier of a gate that ended.");
        return new FinishedDossier(folder, FileIn);

        FoundFile? FileIn(string file)
        {
            var path = Path.Combine([folder, .. file.Split('/')]);
            return File.Exists(path) && File.ReadAllBytes(path) is var bytes ? new FoundFile(bytes, Digest.Of(bytes)) : null;
        }
    }

    /// <summary>The task that a report is named after.</summary>
    public static string TaskOf(FiledRecord<EvaluationReport> report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Path.GetFileNameWithoutExtension(report.Path);
    }

    /// <summary>
    /// What a policy finds here. To the dossier's own policy a report belongs by its name, as the gate made it. Another policy may name its tasks otherwise: to a task that pins its files
    /// belongs a report of these files, if there is one with its prompts and limit, and of several the one of its name; without a pin, the one of its name.
    /// </summary>
    /// <param name="policy">The policy, the dossier's own or another.</param>
    /// <param name="endorsements">What people signed and who counts; null where no trust policy says.</param>
    public Evidence EvidenceFor(Policy policy, Endorsements? endorsements)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var (before, after) = (ByTask(policy, Base), ByTask(policy, Candidate));
        return new Evidence
        {
            Inspection = Inspection,
            Receipt = Receipt,
            Unmerge = Unmerge,
            Plan = IsOwn(policy) ? Plan : null,
            Base = before,
            Candidate = after,
            Contamination = Contamination,
            Trials = Trials,
            TrialPlan = TrialPlan,
            TrialEvaluations = TrialEvaluations,
            TrialsSignature = TrialsSignature,
            Training = Training,
            Run = OldestOf(before.Values.Concat(after.Values)).Record,
            Endorsements = endorsements,
            Revocation = Decision.Revocation,
        };
    }

    /// <summary>What people signed in the folder of this dossier. The time that counts is the one that the decision tells; where it tells none, noon of its day.</summary>
    /// <param name="folder">The dossier.</param>
    /// <param name="trust">Whose word counts.</param>
    public Endorsements EndorsementsIn(string folder, TrustPolicy trust)
    {
        ArgumentNullException.ThrowIfNull(trust);
        var seal = SigstoreBundle.Parse(File.ReadAllBytes(Path.Combine(folder, DossierSeal.FileName)), DossierSeal.FileName);
        var noon = new DateTimeOffset(Decision.AsOf, new TimeOnly(12, 0), TimeSpan.Zero);
        var logged = (Decision.Approvals ?? []).Where(approval => approval.Logged is not null).ToDictionary(approval => approval.File, approval => approval.Logged!.Value, StringComparer.Ordinal);
        List<FiledBundle> Bundles(string kind) =>
            [.. EndorsementFiles.Read(folder, kind).Select(file => new FiledBundle(file.File, file.Bytes, logged.GetValueOrDefault(file.File, noon), logged.ContainsKey(file.File)) { IsBeforeRevocation = Decision.IsBeforeRevocation(file.File) })];
        return new Endorsements
        {
            Trust = trust,
            GateKey = trust.Identify(seal.Material, noon, DossierSeal.FileName).Key.Hint,
            Authors = Decision.Authors ?? [],
            Approvals = Bundles(EndorsementFiles.Approvals),
            Waivers = Bundles(EndorsementFiles.Waivers),
        };
    }

    private static bool IsOfBase(FiledRecord<EvaluationReport> report) => report.Path == Dossier.BaseReportFile(TaskOf(report));

    private Dictionary<string, FiledRecord<EvaluationReport>> ByTask(Policy policy, IReadOnlyList<FiledRecord<EvaluationReport>> reports) => policy.Tasks.Values
        .Select(task => (task.Name, Report: IsOwn(policy) || task.Pin is null ? reports.FirstOrDefault(report => TaskOf(report) == task.Name) : Pinned(task, reports)))
        .Where(found => found.Report is not null)
        .ToDictionary(found => found.Name, found => found.Report!, StringComparer.Ordinal);

    private bool IsOwn(Policy policy) => policy.Digest == Decision.Policy.Digest;

    private static FiledRecord<EvaluationReport>? Pinned(PolicyTask task, IReadOnlyList<FiledRecord<EvaluationReport>> reports) => reports
        .Where(report => report.Record.Task.TaskDigest == task.Pin!.Task && report.Record.Task.DataDigest == task.Pin.Data)
        .OrderByDescending(report => task.Prompt.IsThatOf(report.Record.Task.Prompt) && report.Record.Items.Count == task.ItemsOf(report.Record.Task.Rows))
        .ThenByDescending(report => TaskOf(report) == task.Name)
        .FirstOrDefault();

    private FiledRecord<Run> OldestOf(IEnumerable<FiledRecord<EvaluationReport>> reports) => reports.Select(report => Dossier.RunOf(report.Path)).Prepend(Dossier.RunFile)
        .Select(file => new FiledRecord<Run>(file, Read<Run>(file), Find(file)!.Value.Digest)).MinBy(run => run.Record.Created)!;

    private FiledRecord<T>[] All<T>(string schema)
        where T : Record =>
        InParallel.Select([.. Decision.Evidence.Where(link => link.Schema == schema)], Filed<T>);

    /// <summary>The one record of a kind of which a decision has no more; null where it rests on none.</summary>
    private FiledRecord<T>? Only<T>(string schema)
        where T : Record =>
        Decision.Evidence.Where(link => link.Schema == schema).ToArray() is [var first, var second, ..]
            ? throw new IntegrityException(Dossier.DecisionFile, $"it rests on two records of {schema}, '{first.Path}' and '{second.Path}', where a decision has one")
            : All<T>(schema).SingleOrDefault();

    /// <summary>A file as it was found when it was first asked for: all that is said of a dossier comes from the same bytes.</summary>
    private FoundFile? Find(string file) => _found.GetOrAdd(file, _find);

    private T Read<T>(string file)
        where T : Record =>
        Find(file) is { } found ? Parse<T>(file, found) : throw new IntegrityException(file, "missing");

    /// <summary>The record of the very bytes that were held against the decision.</summary>
    private FiledRecord<T> Filed<T>(EvidenceLink link)
        where T : Record
    {
        var found = Cited(link);
        return new FiledRecord<T>(link.Path, Parse<T>(link.Path, found), found.Digest);
    }

    private T Parse<T>(string file, FoundFile found)
        where T : Record =>
        Record.Parse<T>(found.Bytes, Path.Combine(_place, file));

    private FoundFile Cited(EvidenceLink link)
    {
        var found = Find(link.Path) ?? throw new IntegrityException(link.Path, "missing, although the decision rests on it");
        return found.Digest == link.Digest ? found : throw new IntegrityException(link.Path, $"SHA-256 {found.Digest} where the decision rests on {link.Digest}");
    }
}
