using System.Collections.Concurrent;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Signing;
using Loragate.Governance.Tests.Deciding;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Governance.Dossiers;

public sealed class FinishedDossierTests
{
    [Fact]
    public void Each_file_is_read_once_however_often_it_is_asked_for()
    {
        var candidate = Dossier.CandidateReportFile("facts");
        var (inspection, report) = (SampleEvidence.Inspection().Record, SampleEvidence.Report("facts", isBase: false, [SampleEvidence.Item(0, "acc", 1)]).Record);
        var decision = VerificationSummaryTests.Decision(Verdict.Approved) with { Evidence = [Link(Dossier.InspectionFile, inspection), Link(candidate, report)] };
        var files = new Dictionary<string, Record>(StringComparer.Ordinal)
        {
            [Dossier.DecisionFile] = decision,
            [Dossier.RunFile] = SampleEvidence.Run(),
            [Dossier.InspectionFile] = inspection,
            [candidate] = report,
            [Dossier.RunOf(candidate)] = SampleEvidence.Run(age: 20),
        };
        var asked = new ConcurrentQueue<string>();
        var dossier = new FinishedDossier("", path =>
        {
            asked.Enqueue(path);
            return files.TryGetValue(path, out var record) && record.ToCanonicalJson() is var bytes ? new FoundFile(bytes, Digest.Of(bytes)) : null;
        });
        Assert.Equal(SampleEvidence.Run(age: 20), dossier.OldestRun);
        files[Dossier.RunOf(candidate)] = SampleEvidence.Run(age: 30);
        Assert.Equal(SampleEvidence.Run(age: 20), dossier.OldestRun);
        Assert.Equal(files.Keys.Order(StringComparer.Ordinal), asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Evaluations_of_trials_are_neither_the_bases_nor_the_candidates_and_a_rule_is_given_them_with_the_plan()
    {
        var (inspection, run) = (SampleEvidence.Inspection().Record, SampleEvidence.Run());
        var plan = "schema: loragate.trial-plan/1"u8.ToArray();
        var reports = new[] { Dossier.BaseReportFile("facts"), Dossier.CandidateReportFile("facts"), Dossier.TrialEvaluationFile("base", "facts"), Dossier.TrialEvaluationFile("own", "facts") }
            .ToDictionary(file => file, file => SampleEvidence.Report("facts", isBase: true, [SampleEvidence.Item(0, "acc", file.Length)]).Record, StringComparer.Ordinal);
        var link = new EvidenceLink(Dossier.TrialPlanFile, TrialFiles.PlanSchema, Digest.Of(plan));
        var decision = VerificationSummaryTests.Decision(Verdict.Approved) with { Evidence = [Link(Dossier.InspectionFile, inspection), .. reports.Select(report => Link(report.Key, report.Value)), link] };
        var files = reports.ToDictionary(report => report.Key, report => report.Value.ToCanonicalJson(), StringComparer.Ordinal);
        (files[Dossier.DecisionFile], files[Dossier.InspectionFile], files[Dossier.TrialPlanFile]) = (decision.ToCanonicalJson(), inspection.ToCanonicalJson(), plan);
        foreach (var dated in (string[])[Dossier.RunFile, Dossier.RunOf(Dossier.BaseReportFile("facts")), Dossier.RunOf(Dossier.CandidateReportFile("facts"))])
            files[dated] = run.ToCanonicalJson();
        var dossier = new FinishedDossier("", path => files.TryGetValue(path, out var bytes) ? new FoundFile(bytes, Digest.Of(bytes)) : null);
        Assert.Equal(Dossier.BaseReportFile("facts"), Assert.Single(dossier.Base).Path);
        Assert.Equal(Dossier.CandidateReportFile("facts"), Assert.Single(dossier.Candidate).Path);
        var evidence = dossier.EvidenceFor(TriedAdapter.Policy("margin: 0.05"), null);
        Assert.Equal([Dossier.TrialEvaluationFile("base", "facts"), Dossier.TrialEvaluationFile("own", "facts")], evidence.TrialEvaluations.Select(report => report.Path));
        Assert.Equal(link, evidence.TrialPlan);
    }

    private static EvidenceLink Link(string path, Record record) => new(path, record.Schema, record.ComputeDigest());
}
