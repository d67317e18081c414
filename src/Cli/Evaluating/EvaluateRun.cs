using System.Globalization;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Cli.Output;
using Loragate.Cli.Verbs;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Exchange;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Groups;
using Spectre.Console;

namespace Loragate.Cli.Evaluating;

/// <summary>One model's scores: a report that is there and still answers its question is kept, every other is made, and all are shown.</summary>
internal sealed class EvaluateRun(Tool tool, EvaluateRequest request, IReadOnlyList<EvaluationQuestion> questions, IReadOnlyList<TaskGroup> groups)
{
    private const string JournalSuffix = ".answers.jsonl";
    private const int MostShown = 10;

    /// <summary>Reads every row of every question as the model will be asked, so that none is refused after another was scored.</summary>
    /// <exception cref="UsageException">The rows do not choose among so many choices, or all belong to one group.</exception>
    public void Check(Evaluator evaluator)
    {
        foreach (var question in questions)
        {
            IEnumerable<TaskItem> items = evaluator.Prepare(question);
            if (request.Group is { } column)
                GroupTable.Check(question.Task.Name, [.. items], column, request.Positive);
            else
                _ = items.Count();
        }
    }

    /// <summary>Scores the questions.</summary>
    /// <param name="evaluator">The model.</param>
    /// <param name="name">What it is called in exported files.</param>
    /// <param name="part">The folder below the request's folders that is this model's; empty where it is the only one.</param>
    /// <param name="cancellationToken">Stops between layers.</param>
    public void Score(Evaluator evaluator, string name, string part, CancellationToken cancellationToken)
    {
        var run = request.Imported is { } folder ? HarnessRun.Open(Path.Combine(folder, part)) : null;
        using var model = AskedModel.Open(tool, evaluator, request.Remote, null, cancellationToken);
        var files = request.Export is { } target ? new HarnessExport(Path.Combine(target, part), name, tool.Clock.GetUtcNow()) : null;
        var reports = new Dictionary<string, EvaluationReport>(StringComparer.Ordinal);
        foreach (var question in questions)
        {
            var report = Report(model, question, run, Path.Combine(request.Output, part), cancellationToken);
            reports.Add(question.Task.Name, report);
            files?.Add(question, evaluator.Prepare(question), report);
            if (request.Json)
                tool.Screen.Emit(report.ToCanonicalJson());
            Show(question, report);
            if (request.Group is { } column)
                GroupTable.Show(tool, report, column, request.Positive);
        }
        IReadOnlyList<GroupScore> scores = [.. groups.Select(group => GroupScore.Of(group, reports))];
        files?.Finish(scores);
        foreach (var group in scores.Where(group => group.Metrics.Count > 0))
            tool.Screen.People.Write(TableOf("group", group.Name, group.Metrics));
        foreach (var absent in scores.SelectMany(group => group.Absent).Except(groups.SelectMany(group => group.Absent())))
            tool.Screen.Say(absent);
    }

    private static EvaluationReport Report(AskedModel model, EvaluationQuestion question, HarnessRun? run, string output, CancellationToken cancellationToken)
    {
        var path = Path.Combine(output, question.Task.Name + ".json");
        if (run is null && Earlier(path) is { } earlier && model.Answers(earlier, question))
            return earlier;
        Directory.CreateDirectory(output);
        var report = run is null ? model.Score(question, $"Scoring {question.Task.Name}", path + JournalSuffix, cancellationToken) : model.Evaluator.Import(run, question);
        AtomicFile.Write(path, report.ToCanonicalJson());
        File.Delete(path + JournalSuffix);
        return report;
    }

    private static EvaluationReport? Earlier(string path)
    {
        try
        {
            return File.Exists(path) ? Record.ReadFile<EvaluationReport>(path) : null;
        }
        catch (RecordException)
        {
            return null;
        }
    }

    private void Show(EvaluationQuestion question, EvaluationReport report)
    {
        tool.Screen.People.Write(TableOf("task", report.Task.Name, report.Metrics));
        if (question.Task.MetricNames.Except(report.Metrics.Select(metric => metric.Name)).ToList() is { Count: > 0 } absent)
            tool.Screen.Say($"No value of {string.Join(", ", absent)}: no row has to do with it, or it is more than a number can hold (words are no unit of a text without spaces).");
        if (report.Imported is { } run)
            tool.Screen.Say($"The answers come from {report.Engine.Name} {report.Engine.Version} ({run.Model}); that they are this model's is its word.");
        if (report.Remote is { } server)
            tool.Screen.Say(string.Create(CultureInfo.InvariantCulture, $"The answers come from {server.Server} ({server.Model}, {server.Evidence}): {server.ProbeDistance:0.###} nats a sequence from the probe; which weights it computed with is its word."));
        if (report.Truncated.Count > 0)
            tool.Screen.Say($"{report.Truncated.Count} contexts were cut on the left to fit the model.");
        if (UnanswerableRows.InWords(question, report) is { } rows)
            tool.Screen.Say(rows);
        if (report.Repeated.Count > 0)
            tool.Screen.Say($"{report.Repeated.Count} items ask just what an earlier one asks: a gate does not count them.");
        if (report.CoinFlips.Count > 0)
            tool.Screen.Say($"{report.CoinFlips.Count} items are coin flips: engine noise can turn their likeliest choice or their text (rows {string.Join(", ", report.CoinFlips.Take(MostShown))}{(report.CoinFlips.Count > MostShown ? " …" : "")}).");
    }

    private static Table TableOf(string kind, string name, IReadOnlyList<Metric> metrics)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns(kind, "metric", "value", "standard error", "items");
        foreach (var metric in metrics)
            table.AddRow(Screen.Cell(name), Screen.Cell(metric.Name), Screen.Cell(Number(metric.Value)), Screen.Cell(metric.StandardError is { } error ? Number(error) : "–"), Screen.Cell(metric.Items.ToString(CultureInfo.InvariantCulture)));
        return table;
    }

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
