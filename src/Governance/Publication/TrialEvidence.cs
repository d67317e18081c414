using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Trials;

namespace Loragate.Governance.Publication;

/// <summary>Holds what trials showed, as it lies in a dossier or report, against itself, the records beside it that it was made from, and what was signed about it.</summary>
internal static class TrialEvidence
{
    /// <summary>What does not hold; none where there are no trials. Whose the signature is has to be asked apart.</summary>
    /// <param name="evidence">The files of a dossier or report.</param>
    /// <exception cref="RecordException">A record cannot be read.</exception>
    public static IReadOnlyList<VerificationFinding> Findings(ReportEvidence evidence)
    {
        var beside = evidence.Files.Where(file => Dossier.IsTrialEvaluation(file.Path)).ToArray();
        if (evidence.Find(Dossier.TrialsFile) is not { } file)
            return [.. beside.Select(each => each.Path).Concat(new[] { Dossier.TrialPlanFile, DossierProofs.TrialsSignatureFile }.Where(path => evidence.Find(path) is not null)).Select(path => new VerificationFinding(SignatureFault.ExtraFile, path, $"there is no {Dossier.TrialsFile} that it is about"))];
        var report = Record.Parse<TrialReport>(file.Bytes, file.Path);
        if (TrialConsistency.FaultOf(report) is { } fault)
            return [Other(Dossier.TrialsFile, fault)];
        var sources = new TrialSources(report, evidence.Find(Dossier.TrainingFile) is { } training ? [Record.Parse<TrainingReceipt>(training.Bytes, training.Path)] : []);
        List<VerificationFinding> findings = [.. sources.ReceiptFaults().Select(said => Other(Dossier.TrialsFile, said))];
        foreach (var evaluation in beside)
            findings.AddRange(sources.Faults(Record.Parse<EvaluationReport>(evaluation.Bytes, evaluation.Path)).Select(said => Other(Dossier.TrialsFile, $"{said} ({evaluation.Path})")));
        if (evidence.Find(Dossier.TrialPlanFile) is { } plan && plan.Digest != report.Plan)
            findings.Add(Other(plan.Path, $"SHA-256 {plan.Digest} where the report of the trials names {report.Plan}"));
        if (evidence.Find(DossierProofs.TrialsSignatureFile) is { } signature && TrialVerifier.MismatchOf(report, signature.Bytes, signature.Path) is { } mismatch)
            findings.Add(mismatch);
        return findings;
    }

    private static VerificationFinding Other(string place, string said) => new(SignatureFault.OtherSubject, place, said);
}
