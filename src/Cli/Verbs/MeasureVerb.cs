using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Cli.Measuring;
using Loragate.Cli.Output;
using Loragate.MergeEngine;
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
        var prompt = new Option<int>("--prompt-tokens") { Description = "Tokens in the prompt.", HelpName = "N", DefaultValueFactory = _ => MeterPlan.Usual.PromptTokens };
        var fresh = new Option<int>("--new-tokens") { Description = "Tokens to generate.", HelpName = "N", DefaultValueFactory = _ => MeterPlan.Usual.NewTokens };
        var repeats = new Option<int>("--repeats") { Description = "How often; medians are told.", HelpName = "N", DefaultValueFactory = _ => MeterPlan.Usual.Repeats };
        var type = EvaluateVerb.ComputeType();
        var device = CommonOptions.Device();
        var json = CommonOptions.Json();
        return Verb.Create(tool, "measure", "Measures latency, throughput and memory of a base, of its adapter beside it and of the merge, on this machine. 'gate --measure' keeps such figures in a dossier.",
            "loragate measure --base base --adapter adapters/routing-good --merged merged", [baseModel, adapter, merged, prompt, fresh, repeats, type, device, json], (parsed, cancellationToken) =>
            {
                var plan = new MeterPlan(parsed.GetValue(prompt), parsed.GetValue(fresh), parsed.GetValue(repeats));
                if (plan.PromptTokens < 1 || plan.Repeats < 1 || plan.NewTokens < 2)
                    throw new UsageException("--prompt-tokens and --repeats are positive numbers, --new-tokens is at least 2.");
                var weights = parsed.GetValue(baseModel)!;
                var digest = WeightsDigest.Compute(weights, Tool.Threads, cancellationToken);
                List<MeteredModel> models = [new(ModelForm.Base, weights, digest)];
                if (parsed.GetValue(adapter) is { } folder)
                    models.Add(new MeteredModel(ModelForm.Attached, weights, digest, folder));
                if (parsed.GetValue(merged) is { } whole)
                    models.Add(new MeteredModel(ModelForm.Merged, whole, WeightsDigest.Compute(whole, Tool.Threads, cancellationToken)));
                var measurement = new ModelMeter(tool, CommonOptions.DeviceOf(parsed.GetValue(device)!), EvaluateVerb.PrecisionOf(parsed.GetValue(type)!)).Measure(models, plan, cancellationToken);
                if (parsed.GetValue(json))
                    tool.Screen.Emit(measurement.ToCanonicalJson());
                Show(tool, measurement);
                return ExitCode.Done;
            });
    }

    private static void Show(Tool tool, Measurement measurement)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("model", "first token", "prompt tokens/s", "new tokens/s", "memory", "speed against the base");
        foreach (var model in measurement.Models)
            table.AddRow(
                Screen.Cell(Name(model.Form)), Screen.Cell(Number(1000 * model.FirstTokenSeconds) + " ms"), Screen.Cell(Number(measurement.PromptTokens / model.FirstTokenSeconds)), Screen.Cell(Number(1 / model.SecondsPerToken)),
                Screen.Cell(Number(model.MemoryBytes / 1e6) + " MB"), Screen.Cell(Number(100 * measurement.Models[0].SecondsPerToken / model.SecondsPerToken) + " %"));
        tool.Screen.People.Write(table);
        tool.Screen.Say($"Computed in {(measurement.IsInStoredType ? "the weights' own type" : "float32")}, one answer at a time; memory is that of weights and adapter.");
    }

    private static string Name(ModelForm form) => form switch
    {
        ModelForm.Base => "base",
        ModelForm.Attached => "base and adapter",
        ModelForm.Merged => "merged",
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
