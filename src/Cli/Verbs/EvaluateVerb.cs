using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Cli.Output;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Tasks;
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
        var data = Data();
        var limit = Limit();
        var group = new Option<string?>("--group") { Description = "A column that says which group of people a row is about: shows how the model decides about each.", HelpName = "COLUMN" };
        var positive = new Option<int>("--positive") { Description = "With --group: the index of the choice that selects a person.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var batch = new Option<int?>("--batch") { Description = "Tokens to run at once; more is faster until memory runs out.", HelpName = "N" };
        var device = CommonOptions.Device();
        var output = CommonOptions.Output("The folder of the reports; a report that is there and still answers the same question is kept.");
        var json = CommonOptions.Json();
        return Verb.Create(tool, "evaluate", "Scores a model on tasks, with the numbers that lm-evaluation-harness gives.",
            "loragate evaluate --model base --tasks tasks/sample_routing.yaml --data . --output scores", [model, adapter, tasks, data, limit, group, positive, batch, device, output, json], (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(limit) is <= 0 || parsed.GetValue(batch) is <= 0 || parsed.GetValue(positive) < 0)
                    throw new UsageException("--limit and --batch are positive numbers, --positive is the index of a choice from 0.");
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
                var scope = new EvaluationScope(parsed.GetValue(data)!, parsed.GetValue(limit), parsed.GetValue(group) is { } name ? [name] : null);
                foreach (var task in Loaded(parsed.GetValue(tasks)!))
                {
                    var report = Evaluate(tool, evaluator, task, scope, parsed.GetValue(output)!, cancellationToken);
                    if (parsed.GetValue(json))
                        tool.Screen.Emit(report.ToCanonicalJson());
                    Show(tool, report);
                    if (parsed.GetValue(group) is { } column)
                        GroupTable.Show(tool, report, column, parsed.GetValue(positive));
                }
                return ExitCode.Done;
            });
    }

    public static Option<string[]> Tasks() => new("--tasks") { Description = "Task files (lm-evaluation-harness YAML), separated by commas.", HelpName = "FILE[,…]", Required = true };

    public static Option<string> Data() => new("--data") { Description = "The folder that data files of tasks are relative to.", HelpName = "DIR", DefaultValueFactory = _ => "." };

    public static Option<int?> Limit() => new("--limit") { Description = "Score the first N documents only.", HelpName = "N" };

    /// <summary>The tasks of the files that were named.</summary>
    public static IReadOnlyList<EvaluationTask> Loaded(IEnumerable<string> files) =>
        [.. files.SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(EvaluationTask.Load)];

    private static EvaluationReport Evaluate(Tool tool, Evaluator evaluator, EvaluationTask task, EvaluationScope scope, string output, CancellationToken cancellationToken)
    {
        var path = Path.Combine(output, task.Name + ".json");
        if (Earlier(path) is { } earlier && evaluator.Answers(earlier, task, scope))
            return earlier;
        using var line = new ProgressLine(tool.Screen, $"Scoring {task.Name}");
        var report = evaluator.Evaluate(task, scope, new Relay<EvaluationProgress>(p => line.Report(p.Done, p.Total)), cancellationToken);
        Directory.CreateDirectory(output);
        AtomicFile.Write(path, report.ToCanonicalJson());
        return report;
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
        var table = new Table().Border(TableBorder.Simple).AddColumns("task", "metric", "value", "standard error", "items");
        foreach (var metric in report.Metrics)
            table.AddRow(Screen.Cell(report.Task.Name), Screen.Cell(metric.Name), Screen.Cell(Number(metric.Value)), Screen.Cell(metric.StandardError is { } error ? Number(error) : "–"), Screen.Cell(metric.Items.ToString(CultureInfo.InvariantCulture)));
        tool.Screen.People.Write(table);
        if (report.Truncated.Count > 0)
            tool.Screen.Say($"{report.Truncated.Count} contexts were cut on the left to fit the model.");
        if (report.Repeated.Count > 0)
            tool.Screen.Say($"{report.Repeated.Count} items ask just what an earlier one asks: a gate does not count them.");
        if (report.CoinFlips.Count > 0)
            tool.Screen.Say($"{report.CoinFlips.Count} items are coin flips: engine noise can turn their likeliest choice (rows {string.Join(", ", report.CoinFlips.Take(10))}{(report.CoinFlips.Count > 10 ? " …" : "")}).");
    }

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
