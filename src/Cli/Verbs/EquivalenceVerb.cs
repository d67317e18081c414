using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Cli.Output;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Tasks;
using Loragate.Governance.Equivalence;
using Loragate.MergeEngine;
using Spectre.Console;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate equivalence</c>: does a merged model answer as base and adapter do?</summary>
internal static class EquivalenceVerb
{
    private const double Alpha = 0.05;

    public static Command Create(Tool tool)
    {
        var baseModel = CommonOptions.Base(required: true);
        var adapter = new Option<string>("--adapter") { Description = "The adapter's folder; it is computed live beside the base.", HelpName = "ADAPTER", Required = true };
        var merged = new Option<string>("--merged") { Description = "The merged folder, made by any tool.", HelpName = "DIR", Required = true };
        var tasks = EvaluateVerb.Tasks();
        var include = EvaluateVerb.Include();
        var data = EvaluateVerb.Data();
        var limit = EvaluateVerb.Limit();
        var metric = new Option<string>("--metric") { Description = "The metric to compare; 0 or 1 in every item.", HelpName = "NAME", DefaultValueFactory = _ => "acc" };
        var cluster = new Option<string?>("--cluster") { Description = "A column whose values group dependent rows, such as the template they were made from.", HelpName = "COLUMN" };
        var margin = new Option<double>("--margin") { Description = "The largest change of the metric that counts as none: 0.02 is two points.", HelpName = "SHARE", DefaultValueFactory = _ => 0.02 };
        var type = EvaluateVerb.ComputeType();
        var device = CommonOptions.Device();
        var json = CommonOptions.Json();
        return Verb.Create(tool, "equivalence", "Certifies that a merged model answers as its base with the adapter beside it, by two one-sided tests at 5 %. Exit code 1 where that is not shown.",
            "loragate equivalence --base base --adapter adapters/routing-good --merged merged --tasks tasks/sample_routing.yaml --data .",
            [baseModel, adapter, merged, tasks, include, data, limit, metric, cluster, margin, type, device, json], (parsed, cancellationToken) =>
            {
                if (!(parsed.GetValue(margin) is > 0 and < 1))
                    throw new UsageException("--margin lies between 0 and 1.");
                var files = EvaluateVerb.Loaded(parsed.GetValue(tasks)!, parsed.GetValue(include));
                var scope = new EvaluationScope(parsed.GetValue(data)!, parsed.GetValue(limit), parsed.GetValue(cluster) is { } column ? [column] : null);
                var computing = CommonOptions.DeviceOf(parsed.GetValue(device)!);
                var precision = EvaluateVerb.PrecisionOf(parsed.GetValue(type)!);
                var attached = Score(tool, parsed.GetValue(baseModel)!, parsed.GetValue(adapter), files, scope, precision, computing, "base and adapter", cancellationToken);
                var whole = Score(tool, parsed.GetValue(merged)!, null, files, scope, precision, computing, "merged", cancellationToken);
                var certificate = MergeEquivalence.Certify([.. attached.Zip(whole)], parsed.GetValue(metric)!, parsed.GetValue(cluster), parsed.GetValue(margin), Alpha);
                if (parsed.GetValue(json))
                    tool.Screen.Emit(certificate.ToCanonicalJson());
                Show(tool, certificate);
                return certificate.Equivalent ? ExitCode.Done : ExitCode.Rejected;
            });
    }

    private static List<EvaluationReport> Score(Tool tool, string model, string? adapter, IReadOnlyList<EvaluationTask> tasks, EvaluationScope scope, Precision precision, string device, string who, CancellationToken cancellationToken)
    {
        using var weights = Evaluator.Open(new EvaluatorOptions
        {
            Model = model,
            Weights = WeightsDigest.ComputeTensors(model, Tool.Threads, cancellationToken),
            Precision = precision,
            Device = device,
            Threads = Tool.Threads,
            Version = Tool.Version,
        });
        using var attached = adapter is null ? null : weights.Attach(adapter, cancellationToken);
        var evaluator = attached ?? weights;
        var reports = new List<EvaluationReport>();
        foreach (var task in tasks)
        {
            using var line = new ProgressLine(tool.Screen, $"Scoring {task.Name} ({who})");
            var question = EvaluationQuestion.Read(task, scope);
            reports.Add(evaluator.Evaluate(question, new Relay<EvaluationProgress>(p => line.Report(p.Done, p.Total)), cancellationToken));
            // Both models answer the same rows, so once is enough.
            if (adapter is not null && UnanswerableRows.InWords(question, reports[^1]) is { } rows)
                tool.Screen.Say(rows);
        }
        return reports;
    }

    private static void Show(Tool tool, EquivalenceCertificate certificate)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("task", "items", "largest difference (nats)", "mean", "other choices", "change of the metric", "equivalent");
        foreach (var task in certificate.Tasks)
        {
            var change = string.Create(CultureInfo.InvariantCulture, $"{task.Metric} {100 * task.Statistic.Estimate:+0.0;-0.0;0.0} points ({100 * task.Statistic.Lower:+0.0;-0.0;0.0} to {100 * task.Statistic.Upper:+0.0;-0.0;0.0}), limit ±{100 * task.Statistic.Threshold:0.0}");
            table.AddRow(
                Screen.Cell(task.Task.Name), Screen.Cell(task.Statistic.Items.ToString(CultureInfo.InvariantCulture)), Screen.Cell(FormattableString.Invariant($"{task.LargestDifference:0.####}")),
                Screen.Cell(FormattableString.Invariant($"{task.MeanDifference:0.####}")), Screen.Cell(task.OtherChoices.Count.ToString(CultureInfo.InvariantCulture)), Screen.Cell(change), Screen.Cell(task.Equivalent ? "shown" : "not shown"));
        }
        tool.Screen.People.Write(table);
        foreach (var task in certificate.Tasks.Where(task => task.CoinFlips > 0))
            tool.Screen.Say($"{task.Task.Name}: {task.CoinFlips} scores are coin flips, which engine noise can turn; equivalence is shown only if it is however they fall.");
        tool.Screen.Say(certificate.Equivalent ? "The merged model answers as base and adapter do." : "That the merged model answers as base and adapter do is not shown.");
    }
}
