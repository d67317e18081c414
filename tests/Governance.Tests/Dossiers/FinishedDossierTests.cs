using System.Collections.Concurrent;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Policies;
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
        Assert.Equal(SampleEvidence.Run(age: 20), dossier.OldestRun.Record);
        files[Dossier.RunOf(candidate)] = SampleEvidence.Run(age: 30);
        Assert.Equal(SampleEvidence.Run(age: 20), dossier.OldestRun.Record);
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

    /// <summary>The same file asked in a chat and as it is, of a part of the rows and of all.</summary>
    [Fact]
    public void Tasks_with_the_same_pins_each_get_their_own_scores()
    {
        var (all, chat) = (SampleEvidence.Report("skill", isBase: false, Items(8)).Record, new EvaluatedPrompt(SampleEvidence.DigestOf("template"), false, null, null));
        var dossier = RecordsInMemory.Of(
            Tasks("a_chat: {CHAT}", "b_few: {FEW}", "c_plain: {PLAIN}"),
            (Dossier.CandidateReportFile("a_chat"), all with { Task = all.Task with { Prompt = chat } }),
            (Dossier.CandidateReportFile("b_few"), all with { Items = Items(4), Task = all.Task with { Limit = 4 } }),
            (Dossier.CandidateReportFile("c_plain"), all));
        Assert.Equal("a_chat=a_chat, b_few=b_few, c_plain=c_plain", Found(dossier, Tasks("a_chat: {CHAT}", "b_few: {FEW}", "c_plain: {PLAIN}")));
        Assert.Equal("a=c_plain, b=a_chat, c=b_few", Found(dossier, Tasks("a: {PLAIN}", "b: {CHAT}", "c: {FEW}")));
        Assert.Equal("a_chat=c_plain, c_plain=a_chat", Found(dossier, Tasks("a_chat: {PLAIN}", "c_plain: {CHAT}")));
    }

    /// <summary>Whose question is the same is told by the name; whose name is another's gets the first.</summary>
    [Fact]
    public void Tasks_that_ask_the_same_are_told_apart_by_their_names()
    {
        var report = SampleEvidence.Report("skill", isBase: false, Items(8)).Record;
        var dossier = RecordsInMemory.Of(Tasks("a: {PLAIN}", "b: {PLAIN}"), (Dossier.CandidateReportFile("a"), report), (Dossier.CandidateReportFile("b"), report));
        Assert.Equal("a=a, b=b, c=a", Found(dossier, Tasks("a: {PLAIN}", "b: {PLAIN}", "c: {PLAIN}")));
    }

    private static EvaluatedItem[] Items(int count) => [.. Enumerable.Range(0, count).Select(i => SampleEvidence.Item(i, "acc", 1))];

    private static string Found(FinishedDossier dossier, Policy policy) =>
        string.Join(", ", dossier.EvidenceFor(policy, null).Candidate.OrderBy(found => found.Key, StringComparer.Ordinal).Select(found => $"{found.Key}={FinishedDossier.TaskOf(found.Value)}"));

    /// <summary>A policy of tasks that all pin the same file and data, with a rule that reads none of them by more than its name.</summary>
    private static Policy Tasks(params string[] tasks)
    {
        var pinned = $"file: skill.yaml, purpose: skill, sha256: {{task: {SampleEvidence.DigestOf("skill")}, data: {SampleEvidence.DigestOf("skill data")}}}";
        var lines = tasks.Select(task => "  " + task.Replace("{PLAIN}", $"{{{pinned}}}", StringComparison.Ordinal).Replace("{CHAT}", $"{{{pinned}, chat: single-turn}}", StringComparison.Ordinal).Replace("{FEW}", $"{{{pinned}, limit: 4}}", StringComparison.Ordinal));
        var rule = OneRuleEvidence.PolicyText[OneRuleEvidence.PolicyText.IndexOf("  - id: skill", StringComparison.Ordinal)..];
        return Tests.Policies.PolicyTests.Parse(
            OneRuleEvidence.PolicyText[..OneRuleEvidence.PolicyText.IndexOf("  skill:", StringComparison.Ordinal)] + string.Join("\n", lines) + "\nrules:\n"
            + string.Join("\n", tasks.Select(task => task[..task.IndexOf(':', StringComparison.Ordinal)]).Select(name => rule.Replace("id: skill", $"id: {name.Replace('_', '-')}", StringComparison.Ordinal).Replace("task: skill", $"task: {name}", StringComparison.Ordinal))) + "\n");
    }

    private static EvidenceLink Link(string path, Record record) => new(path, record.Schema, record.ComputeDigest());
}
