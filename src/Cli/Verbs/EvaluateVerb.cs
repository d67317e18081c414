using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Cli.Output;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Exchange;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Groups;
using Loragate.MergeEngine;
using Spectre.Console;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate evaluate</c>: a model's scores on tasks, item by item.</summary>
internal static class EvaluateVerb
{
    public static Command Create(Tool tool)
    {
        var model = new Option<string>("--model") { Description = "The model's folder.", HelpName = "DIR", Required = true };
        var adapter = new Option<string?>("--adapter") { Description = "An adapter that is computed live beside the model's weights.", HelpName = "ADAPTER" };
        var tasks = Tasks();
        var include = new Option<string?>("--include") { Description = "The folder of task files that names are looked up in.", HelpName = "DIR" };
        var data = Data();
        var limit = Limit();
        var group = new Option<string?>("--group") { Description = "A column that says which group of people a row is about: shows how the model decides about each.", HelpName = "COLUMN" };
        var positive = new Option<int>("--positive") { Description = "With --group: the index of the choice that selects a person.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var batch = new Option<int?>("--batch") { Description = "Tokens to run at once; more is faster until memory runs out.", HelpName = "N" };
        var prompt = new PromptOptions();
        var imported = new Option<string?>("--imported") { Description = "Take the answers from a folder that lm-evaluation-harness wrote (results and samples files) instead of running the model.", HelpName = "DIR" };
        var export = new Option<string?>("--export") { Description = "Also write results and samples files as lm-evaluation-harness does.", HelpName = "DIR" };
        var device = CommonOptions.Device();
        var output = CommonOptions.Output("The folder of the reports; a report that is there and still answers the same question is kept.");
        var json = CommonOptions.Json();
        return Verb.Create(tool, "evaluate", "Scores a model on tasks, with the numbers that lm-evaluation-harness gives.",
            "loragate evaluate --model base --tasks tasks/sample_routing.yaml --data . --output scores",
            [model, adapter, tasks, include, data, limit, group, positive, batch, .. prompt.All, imported, export, device, output, json], (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(limit) is <= 0 || parsed.GetValue(batch) is <= 0 || parsed.GetValue(positive) < 0)
                    throw new UsageException("--limit and --batch are positive numbers, --positive is the index of a choice from 0.");
                var scope = new EvaluationScope(parsed.GetValue(data)!, parsed.GetValue(limit), parsed.GetValue(group) is { } name ? [name] : null, prompt.Read(parsed));
                var selection = Select(parsed.GetValue(tasks)!, parsed.GetValue(include));
                var run = parsed.GetValue(imported) is { } folder ? HarnessRun.Open(folder) : null;
                var options = new EvaluatorOptions
                {
                    Model = parsed.GetValue(model)!,
                    Weights = WeightsDigest.ComputeTensors(parsed.GetValue(model)!, Tool.Threads, cancellationToken),
                    Adapter = parsed.GetValue(adapter),
                    Device = CommonOptions.DeviceOf(parsed.GetValue(device)!),
                    Threads = Tool.Threads,
                    Version = Tool.Version,
                };
                using var evaluator = Evaluator.Open(parsed.GetValue(batch) is { } tokens ? options with { TokensPerPass = tokens } : options);
                var files = parsed.GetValue(export) is { } target ? new HarnessExport(target, parsed.GetValue(model)!, tool.Clock.GetUtcNow()) : null;
                var reports = new Dictionary<string, EvaluationReport>(StringComparer.Ordinal);
                foreach (var task in selection.Tasks)
                {
                    var question = EvaluationQuestion.Read(task, scope);
                    var report = Report(tool, evaluator, question, run, parsed.GetValue(output)!, cancellationToken);
                    reports.Add(task.Name, report);
                    files?.Add(question, evaluator.Prepare(question), report);
                    if (parsed.GetValue(json))
                        tool.Screen.Emit(report.ToCanonicalJson());
                    Show(tool, report);
                    if (parsed.GetValue(group) is { } column)
                        GroupTable.Show(tool, report, column, parsed.GetValue(positive));
                }
                IReadOnlyList<GroupScore> groups = [.. selection.Groups.Select(group => GroupScore.Of(group, reports))];
                files?.Finish(groups);
                Show(tool, groups);
                return ExitCode.Done;
            });
    }

    public static Option<string[]> Tasks() => new("--tasks") { Description = "Task or group files (lm-evaluation-harness YAML), or with --include names of tasks, groups and tags, separated by commas.", HelpName = "NAME|FILE[,…]", Required = true };

    public static Option<string> Data() => new("--data") { Description = "The folder that data files of tasks are relative to.", HelpName = "DIR", DefaultValueFactory = _ => "." };

    public static Option<int?> Limit() => new("--limit") { Description = "Score the first N documents only.", HelpName = "N" };

    /// <summary>The tasks of the files that were named.</summary>
    public static IReadOnlyList<EvaluationTask> Loaded(IEnumerable<string> files) => Select(files, null).Tasks;

    private static TaskSelection Select(IEnumerable<string> names, string? folder) =>
        TaskCatalog.Open(folder).Select(names.SelectMany(name => name.Split(',', StringSplitOptions.RemoveEmptyEntries)));

    private static EvaluationReport Report(Tool tool, Evaluator evaluator, EvaluationQuestion question, HarnessRun? run, string output, CancellationToken cancellationToken)
    {
        var path = Path.Combine(output, question.Task.Name + ".json");
        if (run is null && Earlier(path) is { } earlier && evaluator.Answers(earlier, question))
            return earlier;
        var report = run is null ? Score(tool, evaluator, question, cancellationToken) : evaluator.Import(run, question);
        Directory.CreateDirectory(output);
        AtomicFile.Write(path, report.ToCanonicalJson());
        return report;
    }

    private static EvaluationReport Score(Tool tool, Evaluator evaluator, EvaluationQuestion question, CancellationToken cancellationToken)
    {
        using var line = new ProgressLine(tool.Screen, $"Scoring {question.Task.Name}");
        return evaluator.Evaluate(question, new Relay<EvaluationProgress>(p => line.Report(p.Done, p.Total)), cancellationToken);
    }

    private static EvaluationReport? Earlier(string path)
    {
        try
        {
            return File.Exists(path) ? Artifacts.Records.Record.ReadFile<EvaluationReport>(path) : null;
        }
        catch (Artifacts.Records.RecordException)
        {
            return null;
        }
    }

    private static void Show(Tool tool, EvaluationReport report)
    {
        tool.Screen.People.Write(TableOf("task", report.Task.Name, report.Metrics));
        if (report.Imported is { } run)
            tool.Screen.Say($"The answers come from {report.Engine.Name} {report.Engine.Version} ({run.Model}); that they are this model's is its word.");
        if (report.Truncated.Count > 0)
            tool.Screen.Say($"{report.Truncated.Count} contexts were cut on the left to fit the model.");
        if (report.Repeated.Count > 0)
            tool.Screen.Say($"{report.Repeated.Count} items ask just what an earlier one asks: a gate does not count them.");
        if (report.CoinFlips.Count > 0)
            tool.Screen.Say($"{report.CoinFlips.Count} items are coin flips: engine noise can turn their likeliest choice (rows {string.Join(", ", report.CoinFlips.Take(10))}{(report.CoinFlips.Count > 10 ? " …" : "")}).");
    }

    private static void Show(Tool tool, IReadOnlyList<GroupScore> groups)
    {
        foreach (var group in groups.Where(group => group.Metrics.Count > 0))
            tool.Screen.People.Write(TableOf("group", group.Name, group.Metrics));
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
