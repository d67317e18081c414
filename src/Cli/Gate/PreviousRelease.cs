using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Gate;

/// <summary>How the release before was judged, what it scored, and how fast it was.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Verdict">The signed verdict on it, after it was found to be by somebody whom the gate trusts; null where nobody's signature proves the decision.</param>
/// <param name="Scores">The candidate's evaluation reports that the decision rests on, byte for byte, by the decision's names of the tasks; of those that lie in the dossier as many as <see cref="MostBytes"/> holds.</param>
/// <param name="Measurement">Its speed and memory, as they lie there; null where there are none of its adapter.</param>
internal sealed record PreviousRelease(Decision Decision, byte[]? Verdict, IReadOnlyDictionary<string, byte[]> Scores, Measurement? Measurement)
{
    /// <summary>The most bytes of another release's scores that a dossier takes along, all tasks together: an eighth of what a report can carry.</summary>
    internal const int MostBytes = 64 << 20;

    /// <summary>Reads a dossier's decision and holds it against its signed verdict, and the scores against the decision.</summary>
    /// <param name="folder">The dossier of the release before.</param>
    /// <param name="trustOf">Whom to trust to have signed the verdict on a decision; null for nobody, and then nothing is proved.</param>
    /// <param name="say">Is told where nothing proves the decision, and which scores are not taken along.</param>
    /// <exception cref="DossierException">No dossier of a gate that ended.</exception>
    /// <exception cref="IntegrityException">The verdict does not hold, or is about another decision; or scores are others than the decision rests on.</exception>
    public static PreviousRelease Read(string folder, Func<Digest, SignerTrust>? trustOf, Action<string> say)
    {
        var path = Path.Combine(folder, Dossier.DecisionFile);
        if (!File.Exists(path))
            throw new DossierException(folder, $"no {Dossier.DecisionFile}", "Give --previous the dossier of a gate that ended.");
        var decision = Record.ReadFile<Decision>(path);
        var verdict = Path.Combine(folder, DossierProofs.VerdictFile);
        var bytes = File.Exists(verdict) ? PlainFile.Read(verdict, SigstoreBundle.MaxBytes) : null;
        var fault = bytes is null ? "nobody signed it" : trustOf is null ? "this gate has no key to check its signature by" : Fault(bytes, trustOf(decision.ComputeDigest()), decision, verdict);
        if (fault is not null)
            say($"Note: the decision on the release before, in {folder}, is taken without proof, and the report says so: {fault}.");
        return new PreviousRelease(decision, fault is null ? bytes : null, ReadScores(folder, decision, say), ReadMeasurement(folder, decision, say));
    }

    /// <summary>The reports on the same tasks and data as those of a candidate, by their place in the candidate's dossier, which has its own name of the task.</summary>
    /// <param name="candidate">The candidate's reports, by task.</param>
    public IReadOnlyDictionary<string, byte[]> ScoresOn(IReadOnlyDictionary<string, FiledRecord<EvaluationReport>> candidate)
    {
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach (var (name, report) in candidate)
        {
            var task = report.Record.Task;
            var same = Decision.Tasks.Where(measured => measured.TaskDigest == task.TaskDigest && measured.DataDigest == task.DataDigest && Scores.ContainsKey(measured.Name));
            if (same.OrderByDescending(measured => measured.Name == name).FirstOrDefault() is { } before)
                files.Add(Dossier.PreviousReportFile(name), Scores[before.Name]);
        }
        return files;
    }

    private static Dictionary<string, byte[]> ReadScores(string folder, Decision decision, Action<string> say)
    {
        Dictionary<string, byte[]> scores = new(StringComparer.Ordinal);
        var room = (long)MostBytes;
        foreach (var link in decision.Evidence.Where(link => link.Schema == EvaluationReport.SchemaName))
        {
            var path = Path.Combine([folder, .. link.Path.Split('/')]);
            var task = decision.Tasks.FirstOrDefault(measured => link.Path == Dossier.CandidateReportFile(measured.Name) && Path.GetFileName(measured.Name) == measured.Name);
            if (task is null || !File.Exists(path))
                continue;
            if (new FileInfo(path).Length > room)
            {
                say($"Note: the scores of the release before on {task.Name}, {path}, are not taken along: a dossier takes {MostBytes >> 20} MiB of another release's scores. The report compares the two releases without them.");
                continue;
            }
            var bytes = PlainFile.Read(path, room);
            if (Digest.Of(bytes) is var found && found != link.Digest)
                throw new IntegrityException(path, $"SHA-256 {found} where the decision on the release before rests on {link.Digest}");
            if (!scores.TryAdd(task.Name, bytes))
                throw new IntegrityException(path, "the decision on the release before rests on it twice");
            room -= bytes.Length;
        }
        return scores;
    }

    private static Measurement? ReadMeasurement(string folder, Decision decision, Action<string> say)
    {
        var path = Path.Combine(folder, Dossier.MeasurementFile);
        try
        {
            return File.Exists(path) && Record.ReadFile<Measurement>(path) is var measured && measured.Models.Any(model => model.AdapterDigest == decision.Adapter.Digest) ? measured : null;
        }
        catch (RecordException fault)
        {
            say($"Note: it is not told how fast the release before was: {fault.Message}");
            return null;
        }
    }

    /// <summary>Why nobody whom the gate trusts signed the verdict; null where somebody did.</summary>
    private static string? Fault(byte[] verdict, SignerTrust trust, Decision decision, string place)
    {
        var result = Attestation.Verify(verdict, trust, VerificationSummary.PredicateType, place);
        return result switch
        {
            { IsByStranger: true } => $"{result.Findings[0].Message} (--trust names the keys of earlier gates)",
            { IsValid: false } => throw new IntegrityException(result.Findings[0].Place, result.Findings[0].Message),
            _ when VerificationSummary.DecisionOf(result.Statement!) != decision.ComputeDigest() => throw new IntegrityException(place, $"the signed verdict is about another decision than {Dossier.DecisionFile} beside it"),
            _ => null,
        };
    }
}
