using System.CommandLine;
using Loragate.Cli.Evaluating;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Scoring;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Groups;
using Loragate.MergeEngine;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate evaluate</c>: a model's scores on tasks, item by item.</summary>
internal static class EvaluateVerb
{
    public static Command Create(Tool tool)
    {
        var model = new Option<string>("--model") { Description = "The model's folder.", HelpName = "DIR", Required = true };
        var adapters = new Option<string[]>("--adapter") { Description = "An adapter that is computed live beside the model's weights. May be given several times: the weights are loaded once, and each adapter's reports go to a folder of its name below the output.", HelpName = "ADAPTER" };
        var tasks = Tasks();
        var include = Include();
        var data = Data();
        var limit = Limit();
        var group = new Option<string?>("--group") { Description = "A column that says which group of people a row is about: shows how the model decides about each.", HelpName = "COLUMN" };
        var positive = new Option<int>("--positive") { Description = "With --group: the index of the choice that selects a person.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var type = ComputeType();
        var batch = new Option<int?>("--batch") { Description = "Tokens to run at once; more is faster until memory runs out.", HelpName = "N" };
        var prompt = new PromptOptions();
        var imported = new Option<string?>("--imported") { Description = "Take the answers from a folder that lm-evaluation-harness wrote (results and samples files) instead of running the model.", HelpName = "DIR" };
        var remote = new RemoteOptionGroup();
        var export = new Option<string?>("--export") { Description = "Also write results and samples files as lm-evaluation-harness does.", HelpName = "DIR" };
        var device = CommonOptions.Device();
        var output = CommonOptions.Output("The folder of the reports; a report that is there and still answers the same question is kept.");
        var json = CommonOptions.Json();
        return Verb.Create(tool, "evaluate", "Scores a model on tasks, with the numbers that lm-evaluation-harness gives.",
            "loragate evaluate --model base --tasks tasks/sample_routing.yaml --data . --output scores",
            [model, adapters, tasks, include, data, limit, group, positive, type, batch, .. prompt.All, imported, .. remote.All, export, device, output, json], (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(limit) is <= 0 || parsed.GetValue(batch) is <= 0 || parsed.GetValue(positive) < 0)
                    throw new UsageException("--limit and --batch are positive numbers, --positive is the index of a choice from 0.");
                var scope = new EvaluationScope(parsed.GetValue(data)!, parsed.GetValue(limit), parsed.GetValue(group) is { } name ? [name] : null, prompt.Read(parsed));
                var selection = Select(parsed.GetValue(tasks)!, parsed.GetValue(include));
                var parts = Parts(parsed.GetValue(adapters) ?? []);
                var run = new EvaluateRun(tool, new EvaluateRequest
                {
                    Output = parsed.GetValue(output)!,
                    Imported = parsed.GetValue(imported),
                    Remote = remote.Read(parsed, tool.Clock),
                    Export = parsed.GetValue(export),
                    Group = parsed.GetValue(group),
                    Positive = parsed.GetValue(positive),
                    Json = parsed.GetValue(json),
                }, [.. selection.Tasks.Select(task => EvaluationQuestion.Read(task, scope))], selection.Groups);
                foreach (var absent in selection.Groups.SelectMany(chosen => chosen.Absent()))
                    tool.Screen.Say(absent);
                using var evaluator = Evaluator.Open(new EvaluatorOptions
                {
                    Model = parsed.GetValue(model)!,
                    Weights = WeightsDigest.ComputeTensors(parsed.GetValue(model)!, Tool.Threads, cancellationToken),
                    Precision = PrecisionOf(parsed.GetValue(type)!),
                    Device = CommonOptions.DeviceOf(parsed.GetValue(device)!),
                    Threads = Tool.Threads,
                    TokensPerPass = parsed.GetValue(batch) ?? Scorer.DefaultTokensPerPass,
                    Version = Tool.Version,
                });
                run.Check(evaluator);
                if (parts.Count == 0)
                    run.Score(evaluator, parsed.GetValue(model)!, "", cancellationToken);
                foreach (var (adapter, part) in parts)
                {
                    using var attached = evaluator.Attach(adapter, cancellationToken);
                    if (parts.Count > 1)
                        tool.Screen.Say($"{part}:");
                    run.Score(attached, $"{parsed.GetValue(model)} with {adapter}", parts.Count > 1 ? part : "", cancellationToken);
                }
                return ExitCode.Done;
            });
    }

    public static Option<string[]> Tasks() => new("--tasks") { Description = "Task or group files (lm-evaluation-harness YAML), or with --include names of tasks, groups and tags, separated by commas.", HelpName = "NAME|FILE[,…]", Required = true };

    public static Option<string?> Include() => new("--include") { Description = "The folder of task files that names are looked up in.", HelpName = "DIR" };

    public static Option<string> Data() => new("--data") { Description = "The folder that data files of tasks are relative to.", HelpName = "DIR", DefaultValueFactory = _ => "." };

    public static Option<int?> Limit() => new("--limit") { Description = "Score the first N documents only.", HelpName = "N" };

    /// <summary>The type to compute in, as evaluations name it; a verb that writes weights has an option of this name for theirs.</summary>
    public static Option<string> ComputeType() => new Option<string>("--dtype") { Description = "The type to compute in: float32, or keep for the type that the weights are stored in (bfloat16, float16).", DefaultValueFactory = _ => "float32" }.AcceptOnlyFromAmong("float32", "keep");

    public static Precision PrecisionOf(string type) => type == "keep" ? Precision.Stored : Precision.Float32;

    /// <summary>The tasks of the files or, below a folder, names that were given.</summary>
    public static IReadOnlyList<EvaluationTask> Loaded(IEnumerable<string> names, string? folder) => Select(names, folder).Tasks;

    private static TaskSelection Select(IEnumerable<string> names, string? folder) =>
        TaskCatalog.Open(folder).Select(names.SelectMany(name => name.Split(',', StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>Each adapter with the name of its folder, which the reports of several are kept apart by.</summary>
    private static List<(string Adapter, string Part)> Parts(IReadOnlyList<string> adapters)
    {
        List<(string Adapter, string Part)> parts = [.. adapters.Select(adapter => (adapter, new DirectoryInfo(adapter).Name))];
        return parts.GroupBy(part => part.Part, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } taken
            ? throw new UsageException($"--adapter: several are called {taken.Key}, and each adapter's reports go to a folder of its name. Rename one, or evaluate it by itself.")
            : parts;
    }
}
