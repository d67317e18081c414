using System.Collections.Concurrent;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
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

    private static EvidenceLink Link(string path, Record record) => new(path, record.Schema, record.ComputeDigest());
}
