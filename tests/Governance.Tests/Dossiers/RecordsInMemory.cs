using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Policies;
using Loragate.Governance.Signing;
using Loragate.Governance.Tests.Deciding;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Governance.Dossiers;

/// <summary>A finished dossier that lies in no folder.</summary>
internal static class RecordsInMemory
{
    /// <summary>A decision by a policy that rests on an inspection and on these records, each at its path.</summary>
    public static FinishedDossier Of(Policy policy, params (string Path, Record Record)[] records)
    {
        (string Path, Record Record)[] all = [(Dossier.InspectionFile, SampleEvidence.Inspection().Record), .. records];
        var decision = VerificationSummaryTests.Decision(Verdict.Approved) with { Policy = policy.Identity, Evidence = [.. all.Select(each => new EvidenceLink(each.Path, each.Record.Schema, each.Record.ComputeDigest()))] };
        var files = all.ToDictionary(each => each.Path, each => each.Record, StringComparer.Ordinal);
        (files[Dossier.DecisionFile], files[Dossier.RunFile]) = (decision, SampleEvidence.Run());
        foreach (var (path, _) in records.Where(each => each.Record is EvaluationReport))
            files[Dossier.RunOf(path)] = SampleEvidence.Run();
        return new FinishedDossier("", path => files.GetValueOrDefault(path)?.ToCanonicalJson() is { } bytes ? new FoundFile(bytes, Digest.Of(bytes)) : null);
    }
}
