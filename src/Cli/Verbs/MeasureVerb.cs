using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Cli.Output;
using Loragate.EvalHarness.Measuring;
using Loragate.EvalHarness.Models;
using Spectre.Console;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate measure</c>: latency, throughput and memory of base and candidate on this machine.</summary>
internal static class MeasureVerb
{
    public static Command Create(Tool tool)
    {
        var baseModel = CommonOptions.Base(required: true);
        var adapter = new Option<string?>("--adapter") { Description = "The adapter, computed live beside the base.", HelpName = "ADAPTER" };
        var merged = new Option<string?>("--merged") { Description = "The merged folder.", HelpName = "DIR" };
        var prompt = new Option<int>("--prompt-tokens") { Description = "Tokens in the prompt.", HelpName = "N", DefaultValueFactory = _ => 128 };
        var fresh = new Option<int>("--new-tokens") { Description = "Tokens to generate.", HelpName = "N", DefaultValueFactory = _ => 32 };
        var repeats = new Option<int>("--repeats") { Description = "How often; medians are told.", HelpName = "N", DefaultValueFactory = _ => 5 };
        var device = CommonOptions.Device();
        var json = new Option<bool>("--json") { Description = "Write the figures to standard output as JSON. They are this machine's and today's, and no evidence of anything." };
        return Verb.Create(tool, "measure", "Measures latency, throughput and memory of a base, of its adapter beside it and of the merge, on this machine.",
            "loragate measure --base base --adapter adapters/routing-good --merged merged", [baseModel, adapter, merged, prompt, fresh, repeats, device, json], (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(prompt) < 1 || parsed.GetValue(fresh) < 2 || parsed.GetValue(repeats) < 1)
                    throw new UsageException("--prompt-tokens and --repeats are positive numbers, --new-tokens is at least 2.");
                var target = new TorchSharp.torch.Device(CommonOptions.DeviceOf(parsed.GetValue(device)!));
                Measured Take(string name, string folder, string? live)
                {
                    using var line = new ProgressLine(tool.Screen, $"Measuring {name}");
                    using var checkpoint = Checkpoint.Open(folder);
                    using var weights = LanguageModel.Load(checkpoint, Precision.Float32, target, cancellationToken);
                    using var beside = live is null ? null : PeftAdapter.Open(live, cancellationToken);
                    using var attached = beside is null ? null : weights.Attach(beside);
                    var speed = SpeedProbe.Measure(attached ?? weights, parsed.GetValue(prompt), parsed.GetValue(fresh), parsed.GetValue(repeats), tool.Clock, cancellationToken);
                    return new Measured(name, speed.FirstTokenSeconds, speed.PromptTokensPerSecond, speed.NewTokensPerSecond, Process.GetCurrentProcess().WorkingSet64);
                }
                List<Measured> all = [Take("base", parsed.GetValue(baseModel)!, null)];
                if (parsed.GetValue(adapter) is { } folder)
                    all.Add(Take("base and adapter", parsed.GetValue(baseModel)!, folder));
                if (parsed.GetValue(merged) is { } whole)
                    all.Add(Take("merged", whole, null));
                if (parsed.GetValue(json))
                    tool.Screen.Emit(RecordJson.Canonical(new { PromptTokens = parsed.GetValue(prompt), NewTokens = parsed.GetValue(fresh), Repeats = parsed.GetValue(repeats), Models = all }));
                Show(tool, all);
                return ExitCode.Done;
            });
    }

    private static void Show(Tool tool, IReadOnlyList<Measured> all)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("model", "first token", "prompt tokens/s", "new tokens/s", "memory in use", "against the base");
        foreach (var model in all)
            table.AddRow(
                Screen.Cell(model.Name), Screen.Cell(Number(1000 * model.FirstTokenSeconds) + " ms"), Screen.Cell(Number(model.PromptTokensPerSecond)), Screen.Cell(Number(model.NewTokensPerSecond)),
                Screen.Cell(Number(model.MemoryBytes / 1e6) + " MB"), Screen.Cell(Number(100 * model.NewTokensPerSecond / all[0].NewTokensPerSecond) + " %"));
        tool.Screen.People.Write(table);
        tool.Screen.Say("Float32, one thread a sequence; memory is the whole process after the run.");
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private sealed record Measured(string Name, double FirstTokenSeconds, double PromptTokensPerSecond, double NewTokensPerSecond, long MemoryBytes);
}
