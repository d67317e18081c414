using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Dossiers;

namespace Loragate.Governance.Lineage;

/// <summary>What the records of dossiers tell beyond the ledger: bases, merges, tasks and data by their digests. Only records that a decision names are read.</summary>
public static class DossierLineage
{
    /// <summary>Reads every dossier in a folder.</summary>
    /// <exception cref="FolderException">No such folder.</exception>
    /// <exception cref="RecordException">A record is malformed.</exception>
    public static LineagePart Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new FolderException(folder, "no such folder", "Name the folder that holds the dossiers.");
        return LineagePart.Join(Directory.EnumerateDirectories(folder)
            .Where(dossier => Dossier.IsDossier(dossier) && File.Exists(Path.Combine(dossier, Dossier.DecisionFile)))
            .Order(StringComparer.Ordinal)
            .Select(OfDossier));
    }

    private static LineagePart OfDossier(string dossier)
    {
        var decision = Record.ReadFile<Decision>(Path.Combine(dossier, Dossier.DecisionFile));
        var judged = new LineageNode(decision.ComputeDigest(), LineageKind.Decision, decision.Verdict.ToString().ToLowerInvariant(), null);
        var adapter = new LineageNode(decision.Adapter.Digest, LineageKind.Adapter, decision.Adapter.Name, null);
        var steps = new List<(LineageNode From, LineageNode To, string Relation)> { (adapter, judged, "judged in") };
        steps.AddRange(OfTraining(dossier, decision, adapter));
        foreach (var link in decision.Evidence.Where(link => IsThere(dossier, link)))
        {
            var kind = EvidenceKind.Of(link.Schema);
            var record = new LineageNode(link.Digest, kind, link.Path, null);
            steps.Add((record, judged, "evidence of"));
            steps.AddRange(kind switch
            {
                LineageKind.Inspection => [(adapter, record, "inspected in")],
                LineageKind.Merge => OfMerge(Record.ReadFile<MergeReceipt>(Path.Combine(dossier, link.Path)), record),
                LineageKind.Evaluation => OfEvaluation(Record.ReadFile<EvaluationReport>(Path.Combine(dossier, link.Path)), record),
                _ => [],
            });
        }
        return LineagePart.Of(steps);
    }

    /// <summary>The receipt in the adapter's folder is one of the judged files, so the decision names it by digest.</summary>
    private static IEnumerable<(LineageNode, LineageNode, string)> OfTraining(string dossier, Decision decision, LineageNode adapter)
    {
        var path = Path.Combine(dossier, Dossier.TrainingFile);
        if (!File.Exists(path) || !decision.Adapter.Files.Any(file => file.Path == TrainingReceipt.FileName && file.Sha256 == Digest.OfFile(path)))
            yield break;
        var receipt = Record.ReadFile<TrainingReceipt>(path);
        var training = new LineageNode(receipt.ComputeDigest(), LineageKind.Training, receipt.Inputs.Method.Name, null);
        yield return (new LineageNode(receipt.Inputs.Base.WeightsDigest, LineageKind.Base, receipt.Inputs.Base.Name, null), training, "trained in");
        foreach (var data in receipt.Inputs.Data)
            yield return (new LineageNode(data.Sha256, LineageKind.DataSet, data.Name, null), training, "trained in");
        foreach (var data in receipt.Inputs.Validation)
            yield return (new LineageNode(data.Sha256, LineageKind.DataSet, data.Name, null), training, "validated in");
        yield return (training, adapter, "gave");
    }

    private static List<(LineageNode, LineageNode, string)> OfMerge(MergeReceipt receipt, LineageNode record) =>
    [
        (new LineageNode(receipt.Base.WeightsDigest, LineageKind.Base, receipt.Base.Name, null), record, "merged in"),
        .. receipt.Adapters.Select(applied => (new LineageNode(applied.Adapter.Digest, LineageKind.Adapter, applied.Adapter.Name, null), record, "merged in")),
        (record, new LineageNode(receipt.Output.WeightsDigest, LineageKind.MergedModel, receipt.Output.Name, null), "gave"),
    ];

    private static List<(LineageNode, LineageNode, string)> OfEvaluation(EvaluationReport report, LineageNode record) =>
    [
        (new LineageNode(report.Model.WeightsDigest, LineageKind.Evidence, "weights", null), record, "scored in"),
        (new LineageNode(report.Task.TaskDigest, LineageKind.Task, report.Task.Name, null), record, "scored by"),
        (new LineageNode(report.Task.DataDigest, LineageKind.DataSet, report.Task.Name, null), record, "scored on"),
    ];

    private static bool IsThere(string dossier, EvidenceLink link)
    {
        var path = Path.Combine(dossier, link.Path);
        return Signing.RelativeName.Fault(link.Path) is null && File.Exists(path) && Digest.OfFile(path) == link.Digest;
    }
}
