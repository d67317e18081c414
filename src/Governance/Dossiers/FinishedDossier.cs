using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Planning;
using Loragate.Governance.Approvals;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Dossiers;

/// <summary>The decision of a dossier and the records that it rests on, each held against the digest that the decision cites. Who signed them, the seal tells.</summary>
public sealed class FinishedDossier
{
    private readonly string _folder;

    private FinishedDossier(string folder, Decision decision)
    {
        (_folder, Decision) = (folder, decision);
        Inspection = All<Inspection>("loragate.inspection/1", "").Single();
        Receipt = All<MergeReceipt>("loragate.merge-receipt/1", "").SingleOrDefault();
        Plan = All<EvaluationPlan>("loragate.plan/1", "").SingleOrDefault();
        Base = All<EvaluationReport>("loragate.evaluation-report/1", "evaluations/base/");
        Candidate = All<EvaluationReport>("loragate.evaluation-report/1", "evaluations/candidate/");
        Run = Record.ReadFile<Run>(Path.Combine(folder, Dossier.RunFile));
    }

    /// <summary>The decision.</summary>
    public Decision Decision { get; }

    /// <summary>When and where the dossier was made.</summary>
    public Run Run { get; }

    /// <summary>The inspection.</summary>
    public FiledRecord<Inspection> Inspection { get; }

    /// <summary>The merge; null where the adapter was refused before merging.</summary>
    public FiledRecord<MergeReceipt>? Receipt { get; }

    /// <summary>The plan that was fixed before anything was scored; null where nothing was.</summary>
    public FiledRecord<EvaluationPlan>? Plan { get; }

    /// <summary>The base's reports, by path.</summary>
    public IReadOnlyList<FiledRecord<EvaluationReport>> Base { get; }

    /// <summary>The candidate's reports, by path.</summary>
    public IReadOnlyList<FiledRecord<EvaluationReport>> Candidate { get; }

    /// <summary>Reads a dossier.</summary>
    /// <exception cref="DossierException">No decision lies there.</exception>
    /// <exception cref="IntegrityException">A record is another than the decision rests on.</exception>
    public static FinishedDossier Read(string folder)
    {
        var path = Path.Combine(folder, Dossier.DecisionFile);
        return File.Exists(path)
            ? new FinishedDossier(folder, Record.ReadFile<Decision>(path))
            : throw new DossierException(folder, $"no {Dossier.DecisionFile}", "Give the dossier of a gate that ended.");
    }

    /// <summary>What a policy finds here. A report belongs to the task that pins its files; without a pin, to the task of its name.</summary>
    /// <param name="policy">The policy, the dossier's own or another.</param>
    /// <param name="trust">Whose word counts; null for nobody's.</param>
    public Evidence EvidenceFor(Policy policy, TrustPolicy? trust)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var (before, after) = (ByTask(policy, Base), ByTask(policy, Candidate));
        return new Evidence
        {
            Inspection = Inspection,
            Receipt = Receipt,
            Plan = policy.Digest == Decision.Policy.Digest ? Plan : null,
            Base = before,
            Candidate = after,
            Run = before.Values.Concat(after.Values).Select(report => Record.ReadFile<Run>(PathTo(Dossier.RunOf(report.Path)))).Append(Run).MinBy(run => run.Created),
            Endorsements = trust is null ? null : EndorsementsUnder(trust),
        };
    }

    private static Dictionary<string, FiledRecord<EvaluationReport>> ByTask(Policy policy, IReadOnlyList<FiledRecord<EvaluationReport>> reports) => policy.Tasks.Values
        .Select(task => (task.Name, Report: reports.FirstOrDefault(report => task.Pin is { } pin ? report.Record.Task.TaskDigest == pin.Task && report.Record.Task.DataDigest == pin.Data : NameOf(report) == task.Name)))
        .Where(found => found.Report is not null)
        .ToDictionary(found => found.Name, found => found.Report!, StringComparer.Ordinal);

    private static string NameOf(FiledRecord<EvaluationReport> report) => Path.GetFileNameWithoutExtension(report.Path);

    /// <summary>What people signed. The time that counts is the one that the decision tells; where it tells none, noon of its day.</summary>
    private Endorsements EndorsementsUnder(TrustPolicy trust)
    {
        var seal = SigstoreBundle.Parse(File.ReadAllBytes(PathTo(DossierSeal.FileName)), DossierSeal.FileName);
        var noon = new DateTimeOffset(Decision.AsOf, new TimeOnly(12, 0), TimeSpan.Zero);
        var logged = (Decision.Approvals ?? []).Where(approval => approval.Logged is not null).ToDictionary(approval => approval.File, approval => approval.Logged!.Value, StringComparer.Ordinal);
        List<FiledBundle> Bundles(string kind) =>
            [.. EndorsementFiles.Read(_folder, kind).Select(file => new FiledBundle(file.File, file.Bytes, logged.GetValueOrDefault(file.File, noon), logged.ContainsKey(file.File)))];
        return new Endorsements
        {
            Trust = trust,
            GateKey = trust.Identify(seal.Material, noon, DossierSeal.FileName).Key.Hint,
            Authors = Decision.Authors ?? [],
            Approvals = Bundles(EndorsementFiles.Approvals),
            Waivers = Bundles(EndorsementFiles.Waivers),
        };
    }

    private List<FiledRecord<T>> All<T>(string schema, string prefix)
        where T : Record =>
        [.. Decision.Evidence.Where(link => link.Schema == schema && link.Path.StartsWith(prefix, StringComparison.Ordinal)).Select(link => new FiledRecord<T>(link.Path, Cited<T>(link)))];

    private T Cited<T>(EvidenceLink link)
        where T : Record
    {
        var found = Digest.OfFile(PathTo(link.Path));
        return found == link.Digest
            ? Record.ReadFile<T>(PathTo(link.Path))
            : throw new IntegrityException(link.Path, $"SHA-256 {found} where the decision rests on {link.Digest}");
    }

    private string PathTo(string file) => Path.Combine([_folder, .. file.Split('/')]);
}
