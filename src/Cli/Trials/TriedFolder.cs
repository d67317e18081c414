using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Signing;
using Loragate.Governance.Trials;
using Loragate.Tuning.Trials;

namespace Loragate.Cli.Trials;

/// <summary>What <c>trial run</c> left in a folder.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Report">What was found.</param>
/// <param name="Costs">What it took.</param>
/// <param name="Signature">What somebody signed about the report, whole; null where nobody did.</param>
internal sealed record TriedFolder(string Folder, TrialReport Report, TrialCosts Costs, byte[]? Signature)
{
    private const string Advice = "Give --trials the folder of a 'loragate trial run' that ended.";

    /// <summary>Where the signature lies.</summary>
    public string SignatureFile => PathTo(TrialFiles.Signature);

    /// <exception cref="DossierException">No trials have ended in the folder, or their report says nothing that can be read.</exception>
    public static TriedFolder Read(string folder)
    {
        var (report, signature) = (Read<TrialReport>(folder, TrialReport.FileName), Path.Combine(folder, TrialFiles.Signature));
        return TrialConsistency.FaultOf(report) is { } fault
            ? throw new DossierException(Path.Combine(folder, TrialReport.FileName), fault, Advice)
            : new TriedFolder(folder, report, Read<TrialCosts>(folder, TrialCosts.FileName), File.Exists(signature) ? PlainFile.Read(signature, SigstoreBundle.MaxBytes) : null);
    }

    /// <summary>Holds all that the report says of receipts and evaluations against those that lie in the folder.</summary>
    /// <returns>How many of those that it names lie there, of how many.</returns>
    /// <exception cref="IntegrityException">It says something else, or another one lies in the place of one that it names.</exception>
    public (int Found, int Named) CheckSources(CancellationToken cancellationToken)
    {
        var (receipts, evaluations) = (Receipts().ToList(), Evaluations().ToList());
        var made = receipts.Select(receipt => Find<TrainingReceipt>(receipt.File, receipt.Digest)).OfType<TrainingReceipt>().ToList();
        var (sources, found) = (new TrialSources(Report, made), made.Count);
        Require(sources.ReceiptFaults().FirstOrDefault());
        foreach (var (file, digest) in evaluations)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Find<EvaluationReport>(file, digest) is not { } evaluation)
                continue;
            Require(sources.Faults(evaluation).FirstOrDefault());
            found++;
        }
        return (found, receipts.Count + evaluations.Count);
    }

    /// <summary>Requires that every receipt and evaluation that the report names lies in the folder and says what the report says of it.</summary>
    /// <exception cref="IntegrityException">One is missing or another, or says something else.</exception>
    public void RequireSources(CancellationToken cancellationToken)
    {
        var (found, named) = CheckSources(cancellationToken);
        if (found < named)
            throw new IntegrityException(Folder, string.Create(CultureInfo.InvariantCulture, $"{named - found} of the {named} receipts and evaluations that the report of the trials names are not there any more"));
    }

    /// <summary>Holds what the report says of its plan against the plan that lies in the folder.</summary>
    /// <returns>The plan, byte for byte; null where none lies there or the report does not tell what was planned.</returns>
    /// <exception cref="IntegrityException">It is another plan, or has other trials, rounds or margins.</exception>
    public byte[]? CheckPlan()
    {
        var path = PathTo(TrialFiles.Plan);
        if (Report.Planned is not { } planned || !File.Exists(path))
            return null;
        var bytes = TrialPlanFile.ReadBytes(path);
        if (Digest.Of(bytes) is var found && found != Report.Plan)
            throw new IntegrityException(path, $"SHA-256 {found} where the report of the trials names {Report.Plan}");
        var plan = TrialPlanFile.Parse(bytes, path);
        Require(RecordJson.Canonical(planned).AsSpan().SequenceEqual(RecordJson.Canonical(plan.Planned)) ? null : $"it tells other trials, rounds or another budget than its plan ({TrialFiles.Plan})");
        Require(Report.Margins == plan.Margins ? null : $"it tells other margins than its plan ({TrialFiles.Plan})");
        return bytes;
    }

    /// <summary>Holds all that the report says of a trial's receipt against it; of one that it does not name it says nothing.</summary>
    /// <exception cref="IntegrityException">It says something else.</exception>
    public void Require(TrainingReceipt receipt) => Require(new TrialSources(Report, [receipt]).ReceiptFaults().FirstOrDefault());

    /// <summary>The evaluations of the base, and of a trial of the last round, that lie in the folder.</summary>
    /// <param name="id">The trial; null for none.</param>
    /// <returns>Each with the trial that it is of; null for the base.</returns>
    public IEnumerable<(string? Id, EvaluationReport Evaluation)> EvaluationsOf(string? id) =>
    [
        .. Found(null, Of(TrialFiles.Base, Report.Task, Report.Retained)),
        .. Report.Results.Where(result => result.Id == id).SelectMany(result => Found(id, Of(TrialFiles.Place(Report.Rounds.Count, result.Id), result.Task, result.Retained))),
    ];

    private IEnumerable<(string File, Digest Digest)> Receipts() =>
        from round in Report.Rounds.Index()
        from run in round.Item.Runs
        where run.Receipt is not null
        select (TrialFiles.Receipt(round.Index + 1, run.Id), run.Receipt!.Value);

    private IEnumerable<(string File, Digest Digest)> Evaluations() =>
    [
        .. Of(TrialFiles.Base, Report.Task, Report.Retained),
        .. Report.Results.SelectMany(result => Of(TrialFiles.Place(Report.Rounds.Count, result.Id), result.Task, result.Retained)),
        .. Report.Rounds.SkipLast(1).Index().SelectMany(round => round.Item.Runs.SelectMany(run => Of(TrialFiles.Place(round.Index + 1, run.Id), run.Retained))),
    ];

    private static IEnumerable<(string File, Digest Digest)> Of(string place, params TrialScore?[] scores) => scores.OfType<TrialScore>().Select(score => (TrialFiles.Evaluation(place, score.Task), score.Evaluation));

    private IEnumerable<(string? Id, EvaluationReport Evaluation)> Found(string? id, IEnumerable<(string File, Digest Digest)> named) =>
        named.Select(each => Find<EvaluationReport>(each.File, each.Digest)).OfType<EvaluationReport>().Select(evaluation => (id, evaluation));

    /// <summary>A record of the folder; null where it does not lie there.</summary>
    private T? Find<T>(string file, Digest digest)
        where T : Record
    {
        var path = PathTo(file);
        if (!File.Exists(path))
            return null;
        var found = Digest.OfFile(path);
        return found == digest ? Record.ReadFile<T>(path) : throw new IntegrityException(path, $"SHA-256 {found} where the report of the trials names {digest}");
    }

    private void Require(string? fault)
    {
        if (fault is not null)
            throw new IntegrityException(PathTo(TrialReport.FileName), fault);
    }

    private string PathTo(string file) => Path.Combine([Folder, .. file.Split('/')]);

    private static T Read<T>(string folder, string file)
        where T : Record
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? Record.ReadFile<T>(path) : throw new DossierException(folder, $"no {file}", Advice);
    }
}
