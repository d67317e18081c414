using System.Diagnostics;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Reports.Html;

namespace Loragate.Governance.Reports;

public sealed class LargeReportTests(ITestOutputHelper output)
{
    private const int Rules = 200;
    private const int Tasks = 40;
    private const int Items = 1000;

    [Theory]
    [InlineData(ReportLanguage.English)]
    [InlineData(ReportLanguage.Japanese)]
    public void Two_hundred_rules_over_forty_tasks_are_rendered_in_three_seconds_and_300_MB(ReportLanguage language)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LORAGATE_LONG") == "1", "Times mean something on a quiet machine only: LORAGATE_LONG=1 runs this.");
        var fonts = Pdf.SignedSample.Fonts(language);
        var contents = Contents();
        _ = AuditReport.Render(ReportSamples.Approved, language, fonts); // compiled before the clock runs
        var watch = Stopwatch.StartNew();
        var pdf = AuditReport.Render(contents, language, fonts);
        var html = HtmlReport.Render(contents, language);
        watch.Stop();
        using var process = Process.GetCurrentProcess();
        output.WriteLine($"{language}: {watch.Elapsed.TotalSeconds:0.00} s, {process.PeakWorkingSet64 >> 20} MB at most, PDF {pdf.Length >> 10} KB, HTML {html.Length >> 10} KB");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 3);
        Assert.InRange(process.PeakWorkingSet64 >> 20, 0, 300);
    }

    private static ReportContents Contents()
    {
        var sample = ReportSamples.SixtyRules;
        var evaluations = Enumerable.Range(0, Tasks).Select(task => (Base: Evaluation(task, "base"), Candidate: Evaluation(task, "candidate"))).ToList();
        var links = evaluations.SelectMany(pair => new[] { pair.Base, pair.Candidate }).Select(each => new EvidenceLink($"evaluations/{each.Task}.json", "loragate.evaluation-report/1", each.Digest));
        var rules = Enumerable.Range(0, Rules).Select(i => sample.Decision.Rules[i % 60] with { Id = $"rule-{i:000}", Task = $"task-{i % Tasks:00}", Evidence = [evaluations[i % Tasks].Base.Digest, evaluations[i % Tasks].Candidate.Digest] });
        return sample with
        {
            Decision = sample.Decision with { Rules = [.. rules], Evidence = [.. sample.Decision.Evidence, .. links] },
            BaseEvaluations = [.. evaluations.Select(pair => pair.Base)],
            CandidateEvaluations = [.. evaluations.Select(pair => pair.Candidate)],
            Files = [.. evaluations.SelectMany(pair => new[] { pair.Base, pair.Candidate }).Select((each, i) => new EvidenceFile($"evaluations/{i}/{each.Task}.json", each.Report.ToCanonicalJson(), sample.Run.Created))],
        };
    }

    private static TaskEvaluation Evaluation(int task, string model)
    {
        var name = $"task-{task:00}";
        var random = new Random(task);
        var report = ReportSamples.Approved.CandidateEvaluations[0].Report with
        {
            Items =
            [
                .. Enumerable.Range(0, Items).Select(i => new EvaluatedItem(i, [-random.NextDouble() * 40, -random.NextDouble() * 40, -random.NextDouble() * 40, -random.NextDouble() * 40], [false, true, false, false], i % 4,
                    new Dictionary<string, double> { ["acc"] = random.Next(2), ["acc_norm"] = random.Next(2) }, null, null)),
            ],
        };
        return new TaskEvaluation(name, Digest.Of(RecordJson.Canonical($"{name} {model}")), report);
    }
}
