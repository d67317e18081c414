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
        var tasks = new Option<string[]>("--tasks") { Description = "Task files (lm-evaluation-harness YAML), separated by commas.", HelpName = "FILE[,…]", Required = true };
        var data = new Option<string>("--data") { Description = "The folder that data files of tasks are relative to.", HelpName = "DIR", DefaultValueFactory = _ => "." };
        var limit = new Option<int?>("--limit") { Description = "Score the first N documents only.", HelpName = "N" };
        var batch = new Option<int?>("--batch") { Description = "Tokens to run at once; more is faster until memory runs out.", HelpName = "N" };
        var device = CommonOptions.Device();
        var output = CommonOptions.Output("The folder of the reports; a report that is there and still answers the same question is kept.");
        var json = CommonOptions.Json();
        return Verb.Create(tool, "evaluate", "Scores a model on tasks, with the numbers that lm-evaluation-harness gives.",
            "loragate evaluate --model base --tasks tasks/sample_routing.yaml --data . --output scores", [model, tasks, data, limit, batch, device, output, json], (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(limit) is <= 0 || parsed.GetValue(batch) is <= 0)
                    throw new UsageException("--limit and --batch are positive numbers.");
                var options = new EvaluatorOptions
                {
                    Model = parsed.GetValue(model)!,
                    Weights = WeightsDigest.ComputeTensors(parsed.GetValue(model)!, Tool.Threads, cancellationToken),
                    Device = CommonOptions.DeviceOf(parsed.GetValue(device)!),
                    Threads = Tool.Threads,
                    Version = Tool.Version,
                };
                using var evaluator = Evaluator.Open(parsed.GetValue(batch) is { } tokens ? options with { TokensPerPass = tokens } : options);
                var scope = new EvaluationScope(parsed.GetValue(data)!, parsed.GetValue(limit));
                foreach (var file in parsed.GetValue(tasks)!.SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries)))
                {
                    var report = Evaluate(tool, evaluator, EvaluationQuestion.Read(EvaluationTask.Load(file), scope), parsed.GetValue(output)!, cancellationToken);
                    if (parsed.GetValue(json))
                        tool.Screen.Emit(report.ToCanonicalJson());
                    Show(tool, report);
                }
                return ExitCode.Done;
            });
    }

    private static EvaluationReport Evaluate(Tool tool, Evaluator evaluator, EvaluationQuestion question, string output, CancellationToken cancellationToken)
    {
        var path = Path.Combine(output, question.Task.Name + ".json");
        if (Earlier(path) is { } earlier && evaluator.Answers(earlier, question))
            return earlier;
        using var line = new ProgressLine(tool.Screen, $"Scoring {question.Task.Name}");
        var report = evaluator.Evaluate(question, new Relay<EvaluationProgress>(p => line.Report(p.Done, p.Total)), cancellationToken);
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
            tool.Screen.Say($"{report.CoinFlips.Count} items are coin flips: their two best choices lie within engine noise (rows {string.Join(", ", report.CoinFlips.Take(10))}{(report.CoinFlips.Count > 10 ? " …" : "")}).");
    }

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
